"""What the tests check of every call: each kind of function refuses what its annotation forbids."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.selection.sea import columns
from tests.typechecker import check, checked

Nested = Tensor | tuple["Nested", ...] | Mapping[str, "Nested"]
every = checked(typechecker=check)
Row = Float[Tensor, "3"]


@every
def paired(first: Float[Tensor, "n"], second: Float[Tensor, "n"]) -> Float[Tensor, "n n"]:
    return first[:, None] * second if len(first) < 5 else first


@every
def rows(n: int) -> Float[Tensor, "{n} 3"]:
    return torch.zeros(2, 3)


@every
def flat(state: Nested) -> str:
    return paired.__name__


@every
def scaled(factor: float) -> float:
    return factor if factor < 5 else "many"


class Holder:
    @every
    @classmethod
    def of(cls, row: Row) -> Row:
        return row

    @every
    @staticmethod
    def apart(row: list[Row]) -> int:
        return len(row)

    @every
    @property
    def row(self) -> Row:
        return torch.zeros(5)


@every
@dataclass
class Kept:
    row: Row


@pytest.mark.parametrize(
    "right",
    [
        lambda: paired(torch.ones(3), torch.ones(3)),
        lambda: [paired(torch.ones(n), torch.ones(n)) for n in (2, 3)],
        lambda: rows(2),
        lambda: flat((torch.ones(3), {"a": torch.ones(2)})),
        lambda: scaled(2),
        lambda: Holder.of(torch.zeros(3)),
        lambda: Holder.apart([torch.zeros(3)]),
        lambda: Kept(torch.zeros(3)),
    ],
)
def test_a_right_call_passes(right):
    right()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: paired(torch.ones(3), torch.ones(2)),
        lambda: paired(torch.ones(7), torch.ones(7)),
        lambda: paired(torch.ones(3).long(), torch.ones(3).long()),
        lambda: rows(3),
        lambda: flat(3),
        lambda: scaled("two"),
        lambda: scaled(7),
        lambda: Holder.of(torch.zeros(5)),
        lambda: Holder.apart([torch.zeros(5)]),
        lambda: Holder().row,
        lambda: Kept(torch.zeros(5)),
    ],
)
def test_a_wrong_argument_or_result_is_refused(wrong):
    with pytest.raises(Exception, match=r"violates|Type-check error"):
        wrong()


def test_functions_of_attnkit_are_checked():
    private = [one for one in vars(columns).values() if hasattr(one, "__wrapped__")]
    assert private
