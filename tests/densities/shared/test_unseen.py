"""Functions narrower than the nodes: read where nodes can move, reported where they stay."""

import functools
import math

import pytest
import torch
from scipy.integrate import quad

from attnkit.densities import (
    BetaGaussian,
    KernelDensity,
    adaptive_expectation,
    conditional_expectation,
    expectation,
)
from attnkit.densities.kernel.kernels import gaussian

ALPHAS = (1.0, 1.5, 2.0)
ON_LINE = (torch.tensor(0.0).double(), torch.tensor(0.25).double())


def bump(center, width):
    return lambda points: torch.exp(-((points - center) / width).square() / 2)


def exact(density_at, center, width):
    """The bump's mean by scipy, in widths about its center."""
    integrand = lambda x: density_at(center + width * x) * math.exp(-x * x / 2)  # noqa: E731
    return width * quad(integrand, -12, 12, points=(-2, 0, 2))[0]


def on_line_at(alpha):
    density = BetaGaussian(ON_LINE[0][None], ON_LINE[1][None, None], alpha)
    return lambda t: density.log_prob(torch.tensor([t]).double()).exp().item()


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("width", [1e-2, 1e-3, 1e-4, 1e-5])
@pytest.mark.parametrize("center", [0.123, 0.3])
def test_panels_are_cut_about_a_peak_that_leaves_a_trace(center, width, alpha):
    found = adaptive_expectation(bump(center, width), *ON_LINE, alpha)
    wanted = exact(on_line_at(alpha), center, width)
    assert found.value.item() == pytest.approx(wanted, rel=1e-8)
    assert found.error.item() < 1e-7 * wanted


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("width", [1e-3, 3e-4, 1e-4, 1e-5])
@pytest.mark.parametrize("center", [0.123, 0.3, 0.77])
def test_a_kernel_density_s_pieces_too(center, width, alpha):
    coefficients = torch.tensor([1.0, 0.5]).double()
    places = torch.tensor([0.3, 0.8]).double()
    density = KernelDensity(coefficients, places, functools.partial(gaussian, width=0.1), alpha)
    found = density.expectation(bump(center, width))
    at = lambda t: density.prob(torch.tensor([t]).double()).item()  # noqa: E731
    assert found.value.item() == pytest.approx(exact(at, center, width), rel=1e-8)


def test_every_density_of_a_batch_finds_its_own_peak():
    location = torch.tensor([0.0, 3.0, -2.0]).double()
    variance = torch.tensor([0.25, 1.0, 0.04]).double()
    found = adaptive_expectation(
        lambda t: bump(0.123, 1e-4)(t) + bump(3.1, 2e-4)(t), location, variance, 1.0
    )
    for row in range(3):
        alone = adaptive_expectation(
            lambda t: bump(0.123, 1e-4)(t) + bump(3.1, 2e-4)(t), location[row], variance[row], 1.0
        )
        assert found.value[row].item() == pytest.approx(alone.value.item(), rel=1e-7, abs=1e-15)


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("center", [0.123, 0.3, -0.77])
def test_fixed_nodes_say_what_may_hide_between_them(center, alpha):
    """Where the flank of a peak reaches one node, the error covers what the value lacks."""
    checked = 0
    for width in (0.05, 0.03, 0.02, 0.01, 5e-3, 3e-3, 1e-3):
        wanted = exact(on_line_at(alpha), center, width)
        for found in (
            expectation(bump(center, width), *ON_LINE, alpha),
            conditional_expectation(bump(center, width), *ON_LINE, alpha, domain=(-9.0, 9.0)),
        ):
            if found.value > 0:
                checked += 1
                # Below 1e-10 the rules' own tolerance speaks, not the peak.
                error = 3 * found.error.item() + 1e-7 * wanted + 1e-10
                assert abs(found.value.item() - wanted) < error
    assert checked > 6


def test_a_function_that_is_smooth_or_zero_costs_no_error():
    for function in (torch.cos, torch.zeros_like, lambda t: t, lambda t: torch.cos(40 * t)):
        found = adaptive_expectation(function, *ON_LINE, 1.5)
        assert found.error.item() < 1e-9
    found = expectation(lambda t: t.square() - 1, *ON_LINE, 1.0)
    assert found.value.item() == pytest.approx(-0.75)
    assert found.error.item() < 1e-12


@pytest.mark.parametrize("given", [lambda t: 1.0, lambda t: t.numpy(), lambda t: None])
def test_a_function_that_returns_no_tensor_is_named(given):
    density = KernelDensity(torch.ones(1), torch.ones(1) / 2, gaussian)
    for call in (
        lambda: expectation(given, *ON_LINE, 1.0),
        lambda: conditional_expectation(given, *ON_LINE, 1.0),
        lambda: adaptive_expectation(given, *ON_LINE, 1.0),
        lambda: BetaGaussian(torch.zeros(2), torch.eye(2), 1.0).expectation(given),
        lambda: density.expectation(given),
    ):
        with pytest.raises(TypeError, match=r"function must return a torch\.Tensor"):
            call()
