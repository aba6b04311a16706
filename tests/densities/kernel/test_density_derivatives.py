"""First and second derivatives of kernel densities in every parameter."""

import functools

import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck
from torch.autograd.functional import hessian
from torch.distributions import Normal

from attnkit.densities import KernelDensity, threshold_normalised
from attnkit.densities.kernel.kernels import gaussian
from tests.densities.kernel.reference import NODES, WEIGHTS
from tests.densities.kernel.test_density import LINE, bumps, double, probe, scalar

ALPHAS = [1.0, 1.2, 1.5, 1.75, 2.0]


def summary(coefficients, centers, width, alpha):
    """Expectation, entropy and threshold."""
    density = KernelDensity(coefficients, centers, functools.partial(gaussian, width=width), alpha)
    value = density.expectation(lambda t: probe(t) + t.square()).value
    return torch.stack([value, density.entropy(), density.threshold])


def parameters(seed, alpha):
    inside = 1 < alpha < 2
    order = scalar(alpha).requires_grad_(inside) if inside else alpha
    return (*(part.requires_grad_() for part in (*bumps(seed, 3), scalar(0.1))), order)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_equal_to_differences_in_coefficients_centers_width_and_alpha(alpha):
    inputs = parameters(0, alpha)
    assert gradcheck(summary, inputs, rtol=1e-6, atol=1e-6)
    weights = (double(1.0, 0.7, 0.4),)
    assert gradgradcheck(summary, inputs, weights, rtol=1e-5, atol=1e-5, fast_mode=True)


@pytest.mark.parametrize("alpha", [1.0, 1.75, 2.0])
def test_equal_to_differences_in_the_base_density(alpha):
    coefficients, centers = bumps(2)

    def mean(location, scale):
        density = KernelDensity(
            coefficients, centers, gaussian, alpha, LINE, Normal(location, scale)
        )
        return density.expectation(torch.atan).value

    inputs = (scalar(0.2).requires_grad_(), scalar(0.7).requires_grad_())
    assert gradcheck(mean, inputs, rtol=1e-6, atol=1e-6)
    assert gradgradcheck(mean, inputs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_escort_covariance_is_the_gradient(alpha):
    coefficients, centers = bumps(3)
    density = KernelDensity(coefficients.requires_grad_(), centers, gaussian, alpha)
    (slopes,) = torch.autograd.grad(density.expectation(probe).value, coefficients)
    for center, slope in zip(centers, slopes, strict=True):
        feature = functools.partial(gaussian, center)
        covariance = density.escort_covariance(feature, probe)
        assert covariance.item() == pytest.approx(slope.item(), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_escort_covariance_of_a_rough_function_settles(alpha):
    coefficients, centers = bumps(3)
    step = 1e-5

    def mean(moved):
        density = KernelDensity(moved, centers, gaussian, alpha)
        return density.expectation(rough).value.item()

    density = KernelDensity(coefficients, centers, gaussian, alpha)
    for place, center in enumerate(centers):
        shift = step * torch.eye(len(centers), dtype=torch.float64)[place]
        slope = (mean(coefficients + shift) - mean(coefficients - shift)) / (2 * step)
        covariance = density.escort_covariance(functools.partial(gaussian, center), rough)
        assert covariance.item() == pytest.approx(slope, rel=1e-6, abs=1e-7)


def rough(points):
    return torch.sin(150 * points) + points


@pytest.mark.parametrize("alpha", [1.75, 2.0])
def test_nodes_at_rest_would_lose_what_the_boundary_contributes(alpha):
    coefficients, centers = bumps(3)
    kernel = functools.partial(gaussian, width=0.1)
    intervals = KernelDensity(coefficients, centers, kernel, alpha).support_intervals()
    assert intervals[0][1] < 1  # an end that moves
    ends = double(*intervals)
    lengths = ends.diff(dim=-1)
    points = (ends[:, :1] + lengths * (torch.from_numpy(NODES) + 1) / 2).flatten()
    weights = (lengths / 2 * torch.from_numpy(WEIGHTS)).flatten()

    def moving(coefficients):
        return KernelDensity(coefficients, centers, kernel, alpha).expectation(probe).value

    def fixed(coefficients):
        score = (kernel(points.unsqueeze(-1), centers) * coefficients).sum(-1)
        return (weights * threshold_normalised(score, weights, alpha) * probe(points)).sum()

    right, wrong = (hessian(each, coefficients) for each in (moving, fixed))
    step = 1e-4

    def slope(shift):
        moved = (coefficients + shift).requires_grad_()
        return torch.autograd.grad(moving(moved), moved)[0]

    for i, unit in enumerate(torch.eye(5, dtype=torch.float64)):
        by_differences = (slope(step * unit) - slope(-step * unit)) / (2 * step)
        torch.testing.assert_close(right[i], by_differences, rtol=1e-5, atol=1e-7)
    assert (right - wrong).abs().max() > 1e-3 * right.abs().max()


def test_two_densities_before_one_backward():
    first, second = (bumps(seed)[0].requires_grad_() for seed in (5, 6))
    centers = bumps(5)[1]

    def mean(coefficients):
        return KernelDensity(coefficients, centers, gaussian, 2.0).expectation(probe).value

    alone = [torch.autograd.grad(mean(leaf), leaf)[0] for leaf in (first, second)]
    both = torch.autograd.grad(mean(first) + mean(second), (first, second))
    torch.testing.assert_close(list(both), alone, rtol=0, atol=0)


def test_functions_that_autograd_cannot_follow_still_give_first_derivatives():
    coefficients, centers = bumps(7)
    coefficients.requires_grad_()
    density = KernelDensity(coefficients, centers, gaussian, 2.0)
    (through,) = torch.autograd.grad(density.expectation(probe).value, coefficients)
    opaque = density.expectation(lambda t: probe(t.detach())).value
    (around,) = torch.autograd.grad(opaque, coefficients)
    torch.testing.assert_close(around, through, rtol=1e-7, atol=1e-9)


def test_log_prob_and_threshold_have_derivatives_outside_the_support_too():
    coefficients, centers = bumps(0)
    coefficients.requires_grad_()
    density = KernelDensity(coefficients, centers, functools.partial(gaussian, width=0.05), 2.0)
    points = torch.linspace(-0.5, 1.5, 41, dtype=torch.float64, requires_grad=True)
    gradients = torch.autograd.grad(density.prob(points).sum(), (coefficients, points))
    assert all(part.isfinite().all() for part in gradients)
    assert not gradients[1][density.prob(points) == 0].any()
