"""Masks, empty rows, gradients, half precision and wrong input of both stages."""

import math

import pytest
import torch
from torch.func import jacrev, vmap

from attnkit.length.softplus import reweight, reweighted_softplus_weights, softplus_weights
from tests.length.softplus.test_weights import rows

MAPS = (softplus_weights, reweighted_softplus_weights)
MINUS_INF = -math.inf


@pytest.mark.parametrize("weigh", MAPS)
def test_masked_keys_are_never_looked_at_and_do_not_count(weigh):
    scores = torch.tensor([1.0, math.nan, 0.5, math.inf, MINUS_INF, -1, 2], dtype=torch.float64)
    mask = torch.tensor([True, False, True, False, True, True, True])
    weights = weigh(scores, mask=mask)
    torch.testing.assert_close(weights[[0, 2, 5, 6]], weigh(scores[[0, 2, 5, 6]]))
    assert weights[[1, 3, 4]].tolist() == [0.0, 0.0, 0.0]
    leaf = scores.clone().requires_grad_()
    weigh(leaf, mask=mask).square().sum().backward()
    assert leaf.grad.isfinite().all()


@pytest.mark.parametrize("weigh", MAPS)
@pytest.mark.parametrize("mask", [None, torch.zeros(5, dtype=torch.bool)])
def test_a_row_with_nothing_to_attend_gives_zeros_with_zero_gradient(weigh, mask):
    scores = torch.full((2, 5), MINUS_INF if mask is None else 1.0).requires_grad_()
    weights = weigh(scores, mask=mask)
    weights.sum().backward()
    assert weights.count_nonzero() == 0
    assert scores.grad.count_nonzero() == 0


@pytest.mark.parametrize("weigh", MAPS)
def test_gradients_and_second_derivatives(weigh):
    leaf = rows(5, seed=2).requires_grad_()
    assert torch.autograd.gradcheck(weigh, leaf)
    assert torch.autograd.gradgradcheck(weigh, leaf)
    torch.testing.assert_close(jacrev(weigh)(leaf).sum(0), torch.zeros(5, dtype=torch.float64))


@pytest.mark.parametrize("power", [1.0, 1.5, 2.0])
def test_a_small_power_is_twice_differentiable_too(power):
    leaf = rows(7, seed=2).requires_grad_()
    assert torch.autograd.gradgradcheck(lambda z: reweighted_softplus_weights(z, power), leaf)


@pytest.mark.parametrize("weigh", MAPS)
def test_length_one_length_zero_and_any_dimension(weigh):
    assert weigh(torch.tensor(0.5)).item() == weigh(torch.tensor([0.5])).item() == 1
    assert weigh(torch.zeros(3, 0)).shape == (3, 0)
    assert weigh(torch.zeros(0, 3)).shape == (0, 3)
    scores = rows(3, 5, 7)
    for dim in (0, 1, -3):
        moved = weigh(scores.movedim(-1, dim), dim=dim)
        torch.testing.assert_close(moved, weigh(scores).movedim(-1, dim))


@pytest.mark.parametrize("weigh", MAPS)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_single(weigh, dtype):
    scores = rows(3, 509).to(dtype)
    weights = weigh(scores)
    assert weights.dtype == dtype
    exact = weigh(scores.double())
    assert ((weights.double() - exact).abs() <= 2 * torch.finfo(dtype).eps * (exact + 1e-4)).all()


@pytest.mark.parametrize("weigh", MAPS)
def test_vmap_equals_the_batched_call(weigh):
    scores, masks = rows(5, 7), rows(5, 7, seed=1) > 0
    mapped = vmap(lambda row, mask: weigh(row, mask=mask))(scores, masks)
    torch.testing.assert_close(mapped, weigh(scores, mask=masks))


@pytest.mark.parametrize(
    ("function", "arguments", "error", "message"),
    [
        (softplus_weights, {"scores": torch.zeros(3, dtype=torch.int64)}, TypeError, "scores must"),
        (softplus_weights, {"scores": torch.tensor([math.nan])}, ValueError, "scores must .*nan"),
        (softplus_weights, {"scores": torch.tensor([math.inf])}, ValueError, "scores must .*inf"),
        (softplus_weights, {"scores": torch.zeros(3), "dim": 2}, ValueError, "dim must be in"),
        (reweight, {"weights": torch.tensor([-0.1])}, ValueError, "weights must be in .*-0.1"),
        (reweight, {"weights": torch.ones(3), "power": 0.5}, ValueError, "power must be .*0.5"),
        (reweight, {"weights": torch.ones(3), "offset": -1.0}, ValueError, "offset must be .*-1"),
        (
            reweighted_softplus_weights,
            {"scores": torch.zeros(3), "mask": torch.ones(2, dtype=torch.bool)},
            ValueError,
            r"mask must broadcast .*\(2,\)",
        ),
    ],
)
def test_wrong_input_is_named(function, arguments, error, message):
    with pytest.raises(error, match=message):
        function(**arguments)
