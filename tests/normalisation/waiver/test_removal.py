"""The two formulas against taking each key out and reading again."""

import math

import pytest
import torch
from torch.func import vmap

from attnkit.densities import softmax
from attnkit.normalisation.waiver import (
    change_if_dropped,
    change_if_renormalised,
    value_weighted_share,
    waiver_ratio,
)


def inputs(seed=0, dtype=torch.float64):
    """Weights (2, 5, 7) and values (2, 7, 11)."""
    generator = torch.Generator().manual_seed(seed)
    scores, values = (
        torch.randn(2, *s, generator=generator, dtype=torch.float64) for s in ((5, 7), (7, 11))
    )
    return softmax(2 * scores).to(dtype), values.to(dtype)


def taken_out(weights, values, *, renormalise):
    """One key after another set to zero, and the values read again."""
    moved = torch.empty_like(weights)
    for k in range(weights.shape[-1]):
        rest = weights.clone()
        rest[..., k] = 0
        if renormalise:
            rest = rest * weights.sum(-1, keepdim=True) / rest.sum(-1, keepdim=True)
        moved[..., k] = (weights @ values - rest @ values).norm(dim=-1)
    return moved


@pytest.mark.parametrize("scale", [1.0, 0.3])
def test_both_formulas_are_exact_for_weights_of_any_sum(scale):
    weights, values = inputs()
    weights = scale * weights
    torch.testing.assert_close(
        change_if_dropped(weights, values), taken_out(weights, values, renormalise=False)
    )
    torch.testing.assert_close(
        change_if_renormalised(weights, values), taken_out(weights, values, renormalise=True)
    )


def test_signed_weights_too():
    weights, values = inputs()
    weights = 2 * weights - 0.1
    torch.testing.assert_close(
        change_if_renormalised(weights, values), taken_out(weights, values, renormalise=True)
    )


def test_a_key_that_gives_nothing_costs_only_when_the_others_are_scaled():
    weights, values = inputs()
    values[:, 0] = 0
    assert change_if_dropped(weights, values)[..., 0].abs().max() == 0
    odds = weights[..., 0] / (1 - weights[..., 0])
    context = (weights @ values).norm(dim=-1)
    torch.testing.assert_close(change_if_renormalised(weights, values)[..., 0], odds * context)


def test_a_key_with_all_the_weight_and_a_masked_row():
    weights = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    values = torch.eye(3)
    assert change_if_dropped(weights, values).tolist() == [[1.0, 0.0, 0.0], [0.0] * 3]
    change = change_if_renormalised(weights, values)
    assert change[0, 0].isnan()
    assert change[0, 1:].tolist() == [0.0, 0.0]
    assert change[1].tolist() == [0.0] * 3
    assert value_weighted_share(weights, values).tolist() == [[1.0, 0.0, 0.0], [0.0] * 3]


def test_the_share_counts_weight_and_length():
    weights, values = inputs()
    share = value_weighted_share(weights, values)
    torch.testing.assert_close(share.sum(-1), torch.ones(2, 5, dtype=torch.float64))
    one, other = share[0, 2, 1], share[0, 2, 3]
    wanted = weights[0, 2, 1] * values[0, 1].norm() / (weights[0, 2, 3] * values[0, 3].norm())
    torch.testing.assert_close(one / other, wanted)


def test_the_ratio_is_to_the_median_and_blind_to_scale():
    _, values = inputs()
    ratio = waiver_ratio(values)
    assert ratio.median(-1).values.tolist() == [1.0, 1.0]
    torch.testing.assert_close(waiver_ratio(-3 * values), ratio)
    values[:, 4] *= 1e-3
    assert (waiver_ratio(values)[:, 4] < 0.01).all()
    assert waiver_ratio(torch.zeros(2, 7, 11)).isnan().all()
    assert waiver_ratio(torch.zeros(2, 0, 11)).shape == (2, 0)


def test_lengths_whose_square_is_no_number():
    weights, values = inputs(dtype=torch.float32)
    for scale in (1e-30, 1e30):
        wanted = scale * change_if_renormalised(weights, values)
        torch.testing.assert_close(
            change_if_renormalised(weights, scale * values), wanted, rtol=1e-5, atol=0
        )
        torch.testing.assert_close(waiver_ratio(scale * values), waiver_ratio(values))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_single(dtype):
    weights, values = inputs(dtype=dtype)
    for change in (change_if_dropped, change_if_renormalised):
        moved, exact = change(weights, values), change(weights.double(), values.double())
        assert moved.dtype == dtype
        torch.testing.assert_close(moved.double(), exact, rtol=2 * torch.finfo(dtype).eps, atol=0)


def test_autocast_changes_nothing():
    weights, values = inputs(dtype=torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = change_if_renormalised(weights, values)
    assert torch.equal(inside, change_if_renormalised(weights, values))


def test_gradients_and_vmap():
    weights, values = inputs()
    for change in (change_if_dropped, change_if_renormalised):
        leaves = [weights.clone().requires_grad_(), values.clone().requires_grad_()]
        assert torch.autograd.gradcheck(change, leaves, fast_mode=True)
        torch.testing.assert_close(vmap(change)(weights, values), change(weights, values))


@pytest.mark.parametrize("change", [change_if_dropped, change_if_renormalised])
def test_wrong_input_is_named(change):
    with pytest.raises(ValueError, match="values must have shape"):
        change(torch.zeros(2, 5, 7), torch.zeros(2, 5, 11))
    with pytest.raises(ValueError, match="weights must hold finite"):
        change(torch.full((5, 7), math.nan), torch.zeros(7, 11))
