"""Gauss rules and panels against scipy's nodes, scipy.integrate and Monte Carlo."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import tanhsinh
from scipy.special import roots_hermitenorm, roots_jacobi

from attnkit.densities.alpha_family import line
from attnkit.densities.alpha_family.quadrature import (
    adaptive_expectation,
    conditional_expectation,
    expectation,
    gauss_rule,
)

ALPHAS = [1.0, 1.1, 4 / 3, 1.5, 2.0, 3.0]


def double(value):
    return torch.tensor(value, dtype=torch.float64)


def bump(center, width):
    return lambda t: torch.exp(-((t - center) / width).square() / 2)


def by_scipy(function, location, sigma2, alpha, low, high):
    """Integral of function times density over [low, high] cut to where the density lives."""
    spread = line.spread_squared(double(sigma2), alpha).sqrt().item()
    edge = min(line.half_support(double(sigma2), alpha).item(), 10 * spread)
    low, high = max(low, location - edge), min(high, location + edge)

    def integrand(t):
        points = torch.from_numpy(t)
        height = line.density(points, double(location), double(sigma2), alpha)
        return (height * function(points)).numpy()

    ends = [low, location, high] if low < location < high else [low, high]
    found = tanhsinh(integrand, ends[:-1], ends[1:], atol=1e-13, rtol=1e-12)
    assert found.success.all()
    return found.integral.sum()


@pytest.mark.parametrize("alpha", [1.0001, *ALPHAS, 10.0])
def test_one_recurrence_gives_hermite_and_jacobi(alpha):
    nodes, weights = gauss_rule(alpha, 23)
    if alpha == 1.0:
        wanted, mass = roots_hermitenorm(23)
    else:
        exponent = 1 / (alpha - 1)
        wanted, mass = roots_jacobi(23, exponent, exponent)
        wanted = wanted * math.sqrt(2 * exponent)
    np.testing.assert_allclose(nodes.numpy(), wanted, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(weights.numpy(), mass / mass.sum(), atol=1e-14)


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0, 7.0])
def test_exact_for_polynomials_and_not_beyond(alpha):
    nodes, weights = gauss_rule(alpha, 3)
    many, heavy = gauss_rule(alpha, 29)
    for power in range(6):
        assert weights @ nodes**power == pytest.approx((heavy @ many**power).item(), abs=1e-12)
    assert abs(weights @ nodes**6 - heavy @ many**6) > 1e-4


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("sigma2", [1e-6, 1e-4, 1e-2])
def test_expectation_in_both_precisions(alpha, sigma2):
    function = bump(0.93, 0.1)
    wanted = by_scipy(function, 0.9, sigma2, alpha, -math.inf, math.inf)
    got = expectation(function, double(0.9), double(sigma2), alpha)
    assert got.value.item() == pytest.approx(wanted, abs=1e-12)
    single = expectation(function, torch.tensor(0.9), torch.tensor(sigma2), alpha)
    assert single.value.item() == pytest.approx(wanted, abs=5e-7)


def test_error_estimate_tells_when_the_function_is_too_narrow():
    good = expectation(bump(0.5, 0.1), double(0.5), double(1e-3), 1.0)
    bad = expectation(bump(0.5, 0.01), double(0.5), double(1e-1), 1.0)
    assert good.error < 1e-12
    assert bad.error > 1e-4
    wanted = by_scipy(bump(0.5, 0.01), 0.5, 1e-1, 1.0, -math.inf, math.inf)
    assert abs(bad.value - wanted) < bad.error


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("location", [0.02, 0.4, 1.03])
def test_conditional_expectation_when_the_domain_cuts(alpha, location):
    function, sigma2 = bump(0.11, 0.07), 3e-3
    mass = by_scipy(lambda t: torch.ones_like(t), location, sigma2, alpha, 0.0, 1.0)
    wanted = by_scipy(function, location, sigma2, alpha, 0.0, 1.0) / mass
    got = conditional_expectation(function, double(location), double(sigma2), alpha)
    assert got.mass.item() == pytest.approx(mass, abs=1e-9)
    assert got.value.item() == pytest.approx(wanted, abs=1e-9)


def test_whole_line_and_wide_domain_agree():
    for alpha in ALPHAS:
        arguments = (torch.cos, double(0.3), double(0.02), alpha)
        inside = conditional_expectation(*arguments, domain=(-9.0, 9.0))
        torch.testing.assert_close(inside.value, expectation(*arguments).value)
        assert inside.mass.item() == pytest.approx(1.0, abs=1e-12)


def test_a_support_that_leaves_the_domain_gives_zero_with_zero_gradient():
    location = torch.tensor(3.0, requires_grad=True)
    sigma2 = torch.tensor(1e-3, requires_grad=True)
    got = conditional_expectation(torch.cos, location, sigma2, 2.0)
    got.value.backward()
    assert got.value.item() == 0.0
    assert got.mass.item() == 0.0
    assert location.grad.item() == 0.0
    assert sigma2.grad.item() == 0.0


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0])
def test_gradients_of_both(alpha):
    location, sigma2 = double(0.35).requires_grad_(), double(0.01).requires_grad_()
    for rule in (expectation, conditional_expectation):
        assert torch.autograd.gradcheck(
            lambda m, s, rule=rule: rule(torch.sin, m, s, alpha).value, (location, sigma2)
        )


def test_batches_and_features():
    location = torch.linspace(0.2, 0.8, 6).reshape(2, 3)
    sigma2 = torch.full((2, 3), 0.01)

    def function(points):
        return torch.stack([points, points.square()], dim=-1)

    for rule in (expectation, conditional_expectation):
        got = rule(function, location, sigma2, 2.0)
        assert got.value.shape == (2, 3, 2)
        alone = rule(function, location[1, 2], sigma2[1, 2], 2.0)
        torch.testing.assert_close(got.value[1, 2], alone.value)


def test_second_moment_against_samples():
    """Some 40,000 samples by rejection under the density, against the Gauss rule."""
    generator = torch.Generator().manual_seed(5)
    sigma2 = double(0.6)
    half = line.half_support(sigma2, 1.5)
    points = half * (2 * torch.rand(80_000, generator=generator, dtype=torch.float64) - 1)
    heights = line.density(points, double(0.0), sigma2, 1.5)
    keep = torch.rand(80_000, generator=generator, dtype=torch.float64) * heights.max() < heights
    sampled = points[keep].square()
    wanted = expectation(torch.square, double(0.0), sigma2, 1.5).value
    assert abs(sampled.mean() - wanted) < 4 * sampled.std() / keep.sum().sqrt()


def test_half_precision_comes_back_as_half():
    got = expectation(torch.cos, torch.tensor(0.5).half(), torch.tensor(0.01).half(), 1.5)
    assert got.value.dtype == torch.float16
    assert got.value.item() == pytest.approx(math.cos(0.5), abs=2e-2)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: expectation(torch.cos, double(0.0), double(1.0), 0.5), "alpha"),
        (lambda: expectation(torch.cos, double(0.0), double(1.0), math.nan), "alpha"),
        (
            lambda: expectation(torch.cos, double(0.0), double(1.0), 2.0, n_nodes=0),
            r"n_nodes must be in \[1, 512\]",
        ),
        (
            lambda: expectation(torch.cos, double(0.0), double(1.0), 2.0, n_nodes=100_000),
            r"n_nodes must be in \[1, 512\]",
        ),
        (
            lambda: adaptive_expectation(
                torch.cos, double(0.0), double(1.0), 2.0, max_panels=10**9
            ),
            "max_panels must be in",
        ),
        (
            lambda: expectation(torch.cos, torch.zeros(2), torch.ones(3), 2.0),
            r"score_variance must have shape .* as in location, got \(3,\)",
        ),
        (
            lambda: conditional_expectation(
                torch.cos, double(0.0), double(1.0), 2.0, domain=(1.0, 1.0)
            ),
            "domain",
        ),
        (lambda: expectation(torch.sum, double(0.0), double(1.0), 2.0), "function"),
        (lambda: expectation(torch.cos, double(math.nan), double(1.0), 2.0), "location"),
        (lambda: expectation(torch.cos, double(0.0), double(-1.0), 2.0), "score_variance"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
