"""Kernel densities narrower than any grid, against scipy on the bumps and exact outside them."""

import functools
import itertools
import math
import time

import pytest
import torch
from scipy.integrate import quad
from scipy.optimize import brentq
from torch.distributions import Beta, Exponential, Gamma, Normal, Uniform

from attnkit.densities import KernelDensity
from attnkit.densities.kernel.kernels import gaussian, hat, laplace, periodic

ALPHAS = (1.0, 1.2, 1.5, 2.0)
REACH = 40.0  # widths from a center, beyond which the score is zero


def double(values):
    return torch.tensor(values, dtype=torch.float64)


def bump_integral(function, width):
    """Over all a bump's distances x from its center, by scipy in units of the width."""
    points = [0.0, 0.02, 0.1, 0.5, 1.0, 2.0, 4.0, 8.0, REACH]
    parts = itertools.pairwise(points)
    return 2 * width * sum(quad(function, *part, epsabs=1e-14)[0] for part in parts)


def height_at(level, alpha):
    """The density where the score is `level` above its threshold (alpha = 1: its normaliser)."""
    if alpha == 1:
        return math.exp(min(level, 700.0))
    return max((alpha - 1) * level, 0.0) ** (1 / (alpha - 1))


def exact(amplitudes, centers, width, alpha, domain):
    """Threshold and mean where bumps exp(-x^2 / 2) stand far apart."""
    empty = domain[1] - domain[0] - 2 * REACH * width * len(centers)

    def masses(threshold):
        return [
            bump_integral(
                lambda x, a=a: height_at(a * math.exp(-x * x / 2) - threshold, alpha), width
            )
            for a in amplitudes
        ]

    def excess(threshold):
        return sum(masses(threshold)) + empty * height_at(-threshold, alpha) - 1

    low, high = -2.0, max(amplitudes) + 1
    while excess(low) < 0:
        low *= 2
    while excess(high) > 0:
        high *= 2
    threshold = brentq(excess, low, high, xtol=1e-13)
    flat = height_at(-threshold, alpha)
    # the bumps above the flat part pull the mean of the domain's middle towards their centers
    middle, length = sum(domain) / 2, domain[1] - domain[0]
    extra = [m - flat * 2 * REACH * width for m in masses(threshold)]
    return threshold, flat * length * middle + sum(
        e * c for e, c in zip(extra, centers, strict=True)
    )


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize(
    ("amplitudes", "centers", "width", "domain"),
    [
        ([30.0, 30.0], [0.2, 0.8], 1e-4, (0.0, 1.0)),
        ([30.0, 25.0], [0.2, 0.81], 1e-5, (0.0, 1.0)),
        ([7.0], [0.3], 1e-7, (0.0, 1.0)),
        ([0.02, 0.05], [0.3, 0.7], 3e-5, (0.0, 1.0)),
        ([1.0], [30000.0], 1.0, (0.0, 86400.0)),
        ([12.0], [30000.0], 1.0, (0.0, 86400.0)),
        ([5000.0], [200.0], 1 / 1440, (0.0, 365.0)),
        ([9.0, -3.0], [-11.0, 13.0], 1e-3, (-17.0, 19.0)),
    ],
)
def test_bumps_far_narrower_than_the_domain(amplitudes, centers, width, domain, alpha):
    kernel = functools.partial(gaussian, width=width)
    density = KernelDensity(double(amplitudes), double(centers), kernel, alpha, domain)
    threshold, mean = exact(amplitudes, centers, width, alpha, domain)
    found = density.expectation(lambda t: t)
    length = domain[1] - domain[0]
    assert density.threshold.item() == pytest.approx(threshold, abs=1e-8 * (1 + abs(threshold)))
    assert found.value.item() == pytest.approx(mean, abs=1e-8 * length)
    assert found.error.item() < 1e-7 * length
    assert found.mass.item() == pytest.approx(1, abs=1e-8)


def test_a_second_in_a_day_is_one_interval_about_it():
    kernel = functools.partial(gaussian, width=1.0)
    density = KernelDensity(double([1.0]), double([30000.0]), kernel, 2.0, (0.0, 86400.0))
    ((low, high),) = density.support_intervals()
    half = math.sqrt(-2 * math.log(density.threshold.item()))
    assert (low, high) == pytest.approx((30000 - half, 30000 + half), abs=1e-6)
    points = torch.linspace(29990, 30010, 20001, dtype=torch.float64)
    assert torch.trapezoid(density.prob(points), points).item() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("kernel", [gaussian, laplace, hat])
def test_two_bumps_three_widths_apart_have_a_gap_between_them(kernel):
    width, centers = 1e-5, [0.3, 0.3 + 3e-5]
    density = KernelDensity(
        double([9.0, 9.0]), double(centers), functools.partial(kernel, width=width), 2.0
    )
    dips = density.score(double([0.3 + 1.5e-5]))
    split = bool(dips < density.threshold)
    assert len(density.support_intervals()) == (2 if split else 1)
    assert density.expectation(lambda t: t).mass.item() == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_a_narrow_periodic_kernel_has_a_bump_every_period(alpha):
    kernel = functools.partial(periodic, width=1e-5, period=1.0)
    many = KernelDensity(double([3.0]), double([0.3]), kernel, alpha, (0.0, 5.0))
    alone = functools.partial(gaussian, width=1e-5)
    centers = double([0.3, 1.3, 2.3, 3.3, 4.3])
    same = KernelDensity(torch.full((5,), 3.0).double(), centers, alone, alpha, (0.0, 5.0))
    torch.testing.assert_close(many.threshold, same.threshold, atol=1e-7, rtol=0)
    wanted = same.expectation(lambda t: t).value
    torch.testing.assert_close(many.expectation(lambda t: t).value, wanted, atol=1e-7, rtol=0)


def test_more_periods_than_can_be_looked_at_are_refused():
    kernel = functools.partial(periodic, width=1e-6, period=1e-5)
    with pytest.raises(ValueError, match="kernel must not repeat more than 20000"):
        KernelDensity(double([3.0]), double([0.3]), kernel)


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("amplitude", [1e3, 1e6, 1e10])
def test_a_large_coefficient_makes_a_wide_kernel_s_density_narrow(alpha, amplitude):
    """Near its peak the score is a parabola, whose density is known: its mean is the peak."""
    kernel = functools.partial(gaussian, width=0.1)
    centers, amplitudes = double([0.43, 0.51]), double([0.8 * amplitude, amplitude])
    started = time.perf_counter()
    density = KernelDensity(amplitudes, centers, kernel, alpha)
    found = density.expectation(lambda t: t)
    assert time.perf_counter() - started < 20
    slope = lambda t: sum(  # noqa: E731
        a * (c - t) * math.exp(-(((t - c) / 0.1) ** 2) / 2)
        for a, c in zip(amplitudes.tolist(), centers.tolist(), strict=True)
    )
    peak = brentq(slope, 0.43, 0.51, xtol=1e-15)
    assert found.mass.item() == pytest.approx(1, abs=1e-6)
    assert found.value.item() == pytest.approx(peak, abs=1 / amplitude + 1e-9)


def test_scores_beyond_float64_are_refused_by_name_and_at_once():
    kernel = functools.partial(gaussian, width=0.1)
    for alpha in ALPHAS:
        for amplitude in (1e20, 1e200):
            started = time.perf_counter()
            with pytest.raises(ValueError, match="coefficients must"):
                KernelDensity(
                    double([[0.5, -0.3], [0.2, amplitude]]), double([0.2, 0.5]), kernel, alpha
                )
            assert time.perf_counter() - started < 5


def test_a_batch_of_narrow_and_wide_rows_is_each_row_alone():
    kernel = functools.partial(gaussian, width=0.1)
    rows, centers = double([[0.5, -0.3, 1.0], [0.2, 1e7, 0.3]]), double([0.2, 0.5, 0.8])
    for alpha in ALPHAS:
        both = KernelDensity(rows, centers, kernel, alpha)
        for row, value in zip(rows, both.expectation(lambda t: t).value, strict=True):
            alone = KernelDensity(row, centers, kernel, alpha).expectation(lambda t: t).value
            torch.testing.assert_close(value, alone, atol=1e-8, rtol=0)


@pytest.mark.parametrize("amplitude", [5e-5, 1e-4])
def test_a_faint_bump_that_no_node_of_any_rule_sees_is_not_overlooked(amplitude):
    """In the middle, where every rule leaves its widest gap; the mean of t^2 lacks 4e-8 without it.

    A kernel just wide enough to need no octaves of its own: only the look at its center finds it.
    """
    width = 0.0034
    density = KernelDensity(
        double([amplitude]), double([0.5]), functools.partial(gaussian, width=width), 1.0
    )
    mass = amplitude * width * math.sqrt(2 * math.pi)
    wanted = (1 / 3 + mass * (0.25 + width**2)) / (1 + mass)
    found = density.expectation(lambda t: t.square())
    assert found.value.item() == pytest.approx(wanted, abs=1e-10)


def test_second_derivatives_of_a_narrow_density():
    def mean(coefficients):
        kernel = functools.partial(gaussian, width=1e-4)
        density = KernelDensity(coefficients, double([0.2, 0.8]), kernel, 1.0)
        return density.expectation(lambda t: t).value

    at = double([9.0, 9.5])
    assert torch.autograd.gradcheck(mean, at.requires_grad_(), atol=1e-6)
    assert torch.autograd.gradgradcheck(mean, at, atol=1e-5)


ZERO = (double([0.0, 0.0]), double([0.2, 0.8]), functools.partial(gaussian, width=0.3))


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize(
    ("base", "domain", "mean"),
    [
        (Uniform(double(0.3), double(0.6)), (0.0, 1.0), 0.45),
        (Uniform(double(0.3), double(0.6), validate_args=False), (0.0, 1.0), 0.45),
        (Beta(double(2.0), double(3.0)), (0.0, 1.0), 0.4),
        (Gamma(double(2.0), double(1.0)), (0.0, math.inf), 2.0),
        (Exponential(double(2.0)), (-3.0, math.inf), 0.5),
        (Normal(0.0, 1.0), (-math.inf, math.inf), 0.0),
    ],
)
def test_without_a_score_the_base_density_is_left(base, domain, mean, alpha):
    found = KernelDensity(*ZERO, alpha, domain, base).expectation(lambda t: t)
    assert found.value.item() == pytest.approx(mean, abs=1e-8)


def test_bases_that_are_infinite_or_elsewhere_are_refused_by_name():
    for base, domain in (
        (Beta(double(0.5), double(0.5)), (0.0, 1.0)),
        (Gamma(double(0.5), double(1.0)), (0.0, math.inf)),
        (Uniform(double(2.0), double(3.0)), (0.0, 1.0)),
    ):
        with pytest.raises(ValueError, match="base must"):
            KernelDensity(*ZERO, 1.0, domain, base)
