"""The frugal form of the second stage is held to its definition, in values and two derivatives."""

import math

import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck

from attnkit.length.softplus.powers import shares_of_powers, shares_of_powers_plainly

POWERS = [1.0, 2.5, 15.0]


def case(*shape, offset, seed=0):
    """Positive rows, the number of their keys, and the offset of each."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.rand(*shape, generator=generator, dtype=torch.float64) / shape[-1]
    n_keys = torch.full_like(rows[..., :1], shape[-1])
    return rows, n_keys, torch.full_like(n_keys, offset)


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("offset", [0.0, 0.5, 0.9, 3.0])
def test_both_forms_agree(power, offset):
    rows, n_keys, low = case(5, 13, offset=offset)
    results = []
    for form in (shares_of_powers, shares_of_powers_plainly):
        leaf = rows.clone().requires_grad_()
        weights = form(leaf, n_keys, low, power, -1)
        cotangent = torch.arange(65, dtype=rows.dtype).view(5, 13).cos()
        results.append((weights.detach(), *torch.autograd.grad(weights, leaf, cotangent)))
    for frugal, plain in zip(*results, strict=True):
        torch.testing.assert_close(frugal, plain, rtol=1e-11, atol=1e-12)


def test_the_definition_is_a_ratio_of_powers():
    rows, n_keys, low = case(3, 7, offset=0.25)
    raised = (n_keys * rows - low).clamp_min(0) ** 2.5
    wanted = raised / raised.sum(-1, keepdim=True)
    torch.testing.assert_close(shares_of_powers_plainly(rows, n_keys, low, 2.5, -1), wanted)


@pytest.mark.parametrize("dim", [0, 1])
@pytest.mark.parametrize("power", POWERS)
def test_first_and_second_derivatives(power, dim):
    rows, n_keys, low = case(3, 5, offset=0.0)
    move = (lambda t: t) if dim == 1 else (lambda t: t.mT)
    leaf = move(rows).contiguous().requires_grad_()

    def weights(a):
        return shares_of_powers(a, move(n_keys), move(low), power, dim)

    assert gradcheck(weights, leaf)
    assert gradgradcheck(weights, leaf)


def test_a_row_below_its_offset_is_zeros_with_zero_gradient():
    rows, n_keys, low = case(2, 7, offset=0.0)
    low[1] = 2.0
    leaf = rows.requires_grad_()
    weights = shares_of_powers(leaf, n_keys, low, 15.0, -1)
    (slope,) = torch.autograd.grad(weights.square().sum(), leaf)
    assert weights[1].count_nonzero() == 0
    assert slope[1].count_nonzero() == 0
    assert slope[0].isfinite().all()
    assert math.isclose(weights[0].sum().item(), 1.0)
