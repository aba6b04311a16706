"""The boundary: what a declaration refuses, with which words, and what it hands on."""

import math
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
import pytest
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked


@checked
def read(
    queries: Annotated[Float[Tensor, "*batch query d"], Finite()],
    keys: Annotated[Float[Tensor, "*batch key d"], Like("queries")],
    alpha: Annotated[float | Float[Tensor, "..."], Range(1, 64)] = 1.5,
    mask: Bool[Tensor, "..."] | None = None,
    *,
    n_steps: Annotated[int, Range(1, 100)] = 3,
    width: Annotated[float, Range(low=0, open=True)] = 1.0,
    ends: tuple[float, float] = (0.0, 1.0),
    rule: Literal["gauss", "midpoint"] = "gauss",
    generator: torch.Generator | None = None,
):
    return alpha, n_steps


QUERIES, KEYS = torch.zeros(2, 3, 5), torch.zeros(2, 7, 5)


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"keys": KEYS[..., :4]}, ValueError, r"keys must have shape .*d = 5 as in queries, got"),
        ({"keys": KEYS[0]}, ValueError, r"keys must have shape .*batch = \(2,\) as in queries"),
        ({"keys": KEYS.double()}, TypeError, r"keys must be torch.float32 on cpu like queries"),
        ({"keys": KEYS.long()}, TypeError, r"keys must have a floating-point dtype, got torch.int"),
        ({"keys": KEYS.numpy()}, TypeError, r"got ndarray; torch.as_tensor\(keys\) makes one"),
        ({"keys": KEYS.tolist()}, TypeError, r"got list; torch.as_tensor\(keys\) makes one"),
        ({"queries": QUERIES + math.nan}, ValueError, r"queries must hold finite numbers, got 30"),
        ({"alpha": 0.5}, ValueError, r"alpha must be in \[1, 64\], got 0.5"),
        ({"alpha": True}, TypeError, r"alpha must be a number or a torch.Tensor, got bool True"),
        (
            {"alpha": torch.tensor([0.1, 2])},
            ValueError,
            r"alpha must be in .* got 1 other entry such",
        ),
        ({"alpha": math.nan}, ValueError, r"alpha must be a number, got nan"),
        ({"mask": torch.ones(3)}, TypeError, r"mask must have dtype torch.bool, got torch.float32"),
        ({"n_steps": 2.5}, TypeError, r"n_steps must be an integer, got float 2.5"),
        ({"n_steps": 101}, ValueError, r"n_steps must be in \[1, 100\], got 101"),
        ({"width": 0.0}, ValueError, r"width must be in \(0, inf\), got 0.0"),
        ({"width": math.inf}, ValueError, r"width must be in \(0, inf\), got inf"),
        ({"ends": (0.0,)}, ValueError, r"ends must hold 2 entries, got 1"),
        ({"ends": (0.0, "1")}, TypeError, r"ends\[1\] must be a number, got str '1'"),
        (
            {"rule": "simpson"},
            ValueError,
            r"rule must be one of 'gauss', 'midpoint', got 'simpson'",
        ),
        ({"generator": 0}, TypeError, r"generator must be a torch.Generator, such as"),
    ],
)
def test_an_error_names_the_argument_what_came_and_what_was_wanted(given, error, words):
    with pytest.raises(error, match=words):
        read(**({"queries": QUERIES, "keys": KEYS} | given))


def test_a_numpy_scalar_is_the_number_it_is():
    alpha, n_steps = read(QUERIES, KEYS, np.float32(2), n_steps=np.int64(7))
    assert (type(alpha), alpha, type(n_steps), n_steps) == (float, 2.0, int, 7)


def test_empty_batches_and_expanded_tensors_are_taken():
    assert read(QUERIES[:0], KEYS[:0]) == (1.5, 3)
    assert read(torch.zeros(1, 1, 1).expand(2, 3, 5), KEYS) == (1.5, 3)


def test_python_s_own_refusals_stay():
    with pytest.raises(TypeError, match="multiple values"):
        read(QUERIES, KEYS, queries=QUERIES)
    with pytest.raises(TypeError, match="missing"):
        read(QUERIES)


def test_a_dataclass_is_checked_at_its_construction():
    @checked
    @dataclass(frozen=True)
    class Rate:
        value: Annotated[float, Range(0, 2)]

    assert Rate(0.5).value == 0.5
    with pytest.raises(ValueError, match=r"value must be in \[0, 2\], got 3"):
        Rate(3)


def test_traced_code_passes_unlooked_at():
    def double(queries, keys):
        read(queries, keys)
        return 2 * queries

    compiled = torch.compile(double, fullgraph=True, backend="aot_eager")
    assert torch.equal(compiled(QUERIES, KEYS), 2 * QUERIES)
    assert torch.equal(torch.func.vmap(double)(QUERIES, KEYS), 2 * QUERIES)


def test_shape_names_broadcast_and_add_as_jaxtyping_says():
    @checked
    def paired(
        first: Float[Tensor, "*#batch n"],
        second: Float[Tensor, "*#batch #n"],
        third: Float[Tensor, " n+1"],
    ):
        return True

    assert paired(torch.zeros(2, 1, 3), torch.zeros(5, 1), torch.zeros(4))
    with pytest.raises(ValueError, match="second must have shape"):
        paired(torch.zeros(2, 1, 3), torch.zeros(3, 1, 1), torch.zeros(4))
    with pytest.raises(ValueError, match="third must have shape"):
        paired(torch.zeros(2, 1, 3), torch.zeros(1), torch.zeros(5))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_infinity_is_no_number_although_a_bound_rounds_to_it(dtype):
    """In float16 both 1e6 and 1e12 are infinite, and infinity is not above infinity."""

    @checked
    def taken(x: Annotated[Float[Tensor, " n"], Range(-1e12, 1e12)]) -> int:
        return len(x)

    assert taken(torch.tensor([1.0, -6e4], dtype=dtype)) == 2
    for bad in (math.inf, -math.inf):
        with pytest.raises(ValueError, match="x must be in"):
            taken(torch.tensor([1.0, bad], dtype=dtype))


@checked
def write(
    keys: Float[Tensor, "*batch time d"],
    rate: Float[Tensor, "*batch time"],
    size: Float[Tensor, "*batch 3"] | None = None,
    counted: Float[Tensor, "*batch unknown"] | None = None,
):
    return rate


@pytest.mark.parametrize("number", [0.5, 1, np.float64(0.25)])
def test_a_number_for_a_tensor_is_told_how_to_become_one(number):
    with pytest.raises(TypeError, match="rate must be") as refused:
        write(KEYS, number)
    cure = str(refused.value).partition("; ")[2].removesuffix(" makes one")
    made = eval(cure, {"torch": torch})
    assert torch.equal(write(KEYS, made), torch.full((2, 7), float(number)))


def test_the_cure_of_a_number_needs_a_known_shape():
    rate = torch.zeros(2, 7)
    with pytest.raises(TypeError, match=r"size .*; torch.full\(\(2, 3\), 0.5\) makes one$"):
        write(KEYS, rate, size=0.5)
    for name, given in (("counted", 0.5), ("size", math.inf), ("size", True)):
        with pytest.raises(TypeError) as refused:
            write(KEYS, rate, **{name: given})
        assert "torch.full" not in str(refused.value)
