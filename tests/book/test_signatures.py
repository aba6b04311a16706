"""Signatures as a reader wants them: kinds in the signature, ranges with the parameters."""

from typing import Annotated, Literal

import pytest
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range
from attnkit.book.signatures import plain, types_in_words

Row = Float[Tensor, "*batch key"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("(n: int = 3) -> None", "(n: int = 3) -> None"),
        ("(n: Annotated[int, Range(low=1, high=9)] = 3)", "(n: int = 3)"),
        (
            "(z: ~typing.Annotated[~jaxtyping.Float[Tensor, '*b, k'], ~x.Finite(minus_inf=True)])",
            "(z: ~jaxtyping.Float[Tensor, '*b, k'])",
        ),
        (
            "(a: Annotated[float, R(1)] | Annotated[dict[str, Annotated[int, R(2)]], L('a]')] = 2)",
            "(a: float | dict[str, int] = 2)",
        ),
    ],
)
def test_a_signature_says_what_an_argument_is_and_no_more(text, wanted):
    assert plain(text) == wanted


def taking(annotation):
    def function(argument, plain_one):
        pass

    function.__annotations__ = {"argument": annotation}
    return types_in_words(function)


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (int, "int"),
        (Row, "Tensor"),
        (Row | None, "Tensor or None"),
        (Annotated[int, Range(1, 64)], "int, in [1, 64]"),
        (Annotated[float, Range(0, open=True)], "float, in (0, inf)"),
        (Annotated[Row, Finite(minus_inf=True)], "Tensor, finite or -inf"),
        (Annotated[Row, Finite(), Like("keys")], "Tensor, finite, of the dtype and device of keys"),
        (Annotated[float, Range(1, 2)] | Annotated[Row, Range(1, 2)], "float or Tensor, in [1, 2]"),
        (Literal["mean", "sum"], "Literal['mean', 'sum']"),
    ],
)
def test_a_parameter_says_its_kind_and_its_range(annotation, words):
    assert taking(annotation) == {"argument": words}
