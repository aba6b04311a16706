"""Fenchel-Young losses: their gradient is weights less targets, and padding costs nothing."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.autograd import gradcheck, gradgradcheck

from attnkit.densities import entmax, entmax_loss, fenchel_young_loss
from tests.densities.finite.reference import bisect, rows

# Forward derivatives make torch import a module of its own that it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")

ALPHAS = [0.3, 0.9, 1.0, 1.0001, 1.5, 2.0, 3.0]


def scores(*shape, seed=0, **options):
    return rows(*shape, seed=seed, dtype=torch.float64, **options).requires_grad_()


def densities(*shape, seed=1):
    return rows(*shape, seed=seed, dtype=torch.float64).softmax(-1)


def tsallis(weights, alpha):
    if alpha == 1:
        return (weights * weights.clamp(min=1e-300).log()).sum(-1)
    return ((weights**alpha).sum(-1) - 1) / (alpha * (alpha - 1))


@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_loss_is_its_definition_at_weights_by_bisection(alpha):
    z, y = scores(7, 11), densities(7, 11)
    p = bisect(z.detach(), alpha)
    expected = ((p - y) * z).sum(-1) - tsallis(p, alpha) + tsallis(y, alpha)
    rough = {"atol": 1e-10} if alpha != 1.0001 else {"atol": 1e-8}  # the definition cancels there
    torch.testing.assert_close(fenchel_young_loss(z, y, alpha), expected, rtol=0, **rough)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_gradient_is_weights_less_targets(alpha):
    z, y = scores(7, 11), densities(7, 11)
    (slope,) = torch.autograd.grad(fenchel_young_loss(z, y, alpha).sum(), z)
    torch.testing.assert_close(slope, entmax(z, alpha) - y)
    labels = torch.arange(7)
    (slope,) = torch.autograd.grad(entmax_loss(z, labels, alpha).sum(), z)
    torch.testing.assert_close(slope, entmax(z, alpha) - torch.eye(7, 11, dtype=torch.float64))


def test_one_label_is_a_target_that_is_one_hot():
    z, labels = scores(5, 7), torch.tensor([0, 6, 3, 2, 2])
    hot = torch.nn.functional.one_hot(labels, 7).double()
    for alpha in ALPHAS:
        whole = fenchel_young_loss(z, hot, alpha)
        torch.testing.assert_close(entmax_loss(z, labels, alpha), whole)


def test_at_one_it_is_cross_entropy_and_divergence():
    z, y, labels = scores(5, 7), densities(5, 7), torch.tensor([0, 6, -100, 2, 2])
    torch.testing.assert_close(
        entmax_loss(z, labels, 1.0), torch.nn.functional.cross_entropy(z, labels, reduction="none")
    )
    divergence = torch.nn.functional.kl_div(z.log_softmax(-1), y, reduction="none").sum(-1)
    torch.testing.assert_close(fenchel_young_loss(z, y, 1.0), divergence)


def test_at_two_it_is_the_distance_of_projections():
    """The sparsemax loss: half of |y - z|² - |p - z|² (Martins and Astudillo 2016)."""
    z, y = scores(5, 7), densities(5, 7)
    p = entmax(z, 2.0)
    half = ((y - z).square() - (p - z).square()).sum(-1) / 2
    torch.testing.assert_close(fenchel_young_loss(z, y, 2.0), half)


@pytest.mark.parametrize("alpha", [0.3, 0.9, 1.0, 1.5, 2.0, 2.5])
def test_derivatives_of_either_order_in_scores_and_alpha(alpha):
    per_row = torch.full((3, 1), alpha, dtype=torch.float64, requires_grad=True)
    z = torch.tensor(
        [[0.3, -0.2, 0.55, 0.0, -0.7], [1.4, 1.1, -0.9, -2.0, 0.6], [-3.0, 2.0, 1.7, 1.2, -0.3]],
        dtype=torch.float64,
        requires_grad=True,
    )
    targets = densities(3, 5)
    for inputs in ((z, per_row), (z,)):
        function = lambda z, a=alpha: fenchel_young_loss(z, targets, a)  # noqa: E731
        assert gradcheck(function, inputs)
        assert gradgradcheck(function, inputs)


@settings(deadline=None, max_examples=60)
@given(alpha=st.floats(0.1, 4.0), spread=st.floats(0.01, 50.0), seed=st.integers(0, 1000))
def test_it_is_never_negative_and_zero_at_the_weights_themselves(alpha, spread, seed):
    z = scores(5, 7, seed=seed, spread=spread)
    assert (fenchel_young_loss(z, densities(5, 7, seed=seed + 1), alpha) >= 0).all()
    own = fenchel_young_loss(z, entmax(z, alpha).detach(), alpha)
    assert own.abs().max() <= 1e-12 * (1 + spread)


@pytest.mark.parametrize("alpha", [1.25, 1.5, 2.0, 3.0])
def test_a_lead_of_the_critical_gap_costs_nothing(alpha):
    row = torch.tensor([[1 / (alpha - 1), 0.0, -0.3]], dtype=torch.float64)
    right = torch.tensor([0])
    assert entmax_loss(row, right, alpha).item() <= 1e-15
    assert entmax_loss(0.9 * row, right, alpha).item() > 1e-6


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.5, 3.0])
def test_padding_costs_nothing_whatever_its_scores(alpha):
    z = scores(3, 5)
    spoiled = z.detach().clone()
    spoiled[1] = -math.inf
    spoiled.requires_grad_()
    y = densities(3, 5)
    y[1] = 0.0
    labels = torch.tensor([4, -100, 0])
    for loss in (fenchel_young_loss(spoiled, y, alpha), entmax_loss(spoiled, labels, alpha)):
        (slope,) = torch.autograd.grad(loss.sum(), spoiled)
        assert loss[1] == 0
        assert (slope[1] == 0).all()
        assert (slope[[0, 2]] != 0).any()
        assert slope.isfinite().all()
    kept = entmax_loss(z[[0, 2]], labels[[0, 2]], alpha)
    torch.testing.assert_close(entmax_loss(spoiled, labels, alpha)[[0, 2]], kept)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.5, 3.0])
def test_a_target_out_of_sight_is_infinitely_wrong_and_another_is_left_out(alpha):
    z = torch.tensor([[0.5, -math.inf, 0.1], [0.5, -math.inf, 0.1]], requires_grad=True)
    loss = entmax_loss(z, torch.tensor([1, 0]), alpha)
    assert loss[0] == math.inf
    seen = entmax_loss(z[1:, [0, 2]], torch.tensor([0]), alpha)
    torch.testing.assert_close(loss[1:], seen)
    (slope,) = torch.autograd.grad(loss[1], z)
    assert slope.isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_in_and_out(dtype):
    z, labels = rows(3, 5).to(dtype), torch.tensor([0, 4, 2])
    loss = entmax_loss(z, labels)
    assert loss.dtype == dtype
    torch.testing.assert_close(loss, entmax_loss(z.float(), labels).to(dtype))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert entmax_loss(z.float(), labels).dtype == torch.float32


def test_no_keys_and_no_rows():
    assert entmax_loss(torch.zeros(0, 5), torch.zeros(0, dtype=torch.long)).shape == (0,)
    assert fenchel_young_loss(torch.zeros(3, 1), torch.ones(3, 1)).tolist() == [0.0] * 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: entmax_loss(rows(2, 5), torch.tensor([0, 5])),
            "labels must be keys of the scores, 0 to 4",
        ),
        (lambda: entmax_loss(rows(2, 5), torch.tensor([0, -1])), "labels must be keys"),
        (lambda: fenchel_young_loss(rows(2, 5), torch.ones(2, 5)), "targets must have rows"),
        (lambda: fenchel_young_loss(rows(2, 5), -torch.ones(2, 5)), "targets must be in"),
        (lambda: entmax_loss(rows(2, 5), torch.tensor([0, 1]), 0.0), "alpha must be in"),
    ],
)
def test_wrong_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
