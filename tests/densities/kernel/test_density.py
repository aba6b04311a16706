"""Kernel densities against scipy, exact integrals of straight scores, and their laws."""

import functools
import itertools
import math

import mpmath
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from torch.distributions import Cauchy, Exponential, Laplace, Normal, StudentT

import attnkit
from attnkit.densities import KernelDensity
from attnkit.densities.kernel.kernels import gaussian, hat, laplace, matern32, polynomial
from tests.densities.kernel.reference import NODES, WEIGHTS, Reference

LINE = (-math.inf, math.inf)


def double(*values):
    return torch.tensor(values, dtype=torch.float64)


def scalar(value):
    return torch.tensor(value, dtype=torch.float64)


def bumps(seed, n_bumps=5, amplitude=3.0, batch=()):
    generator = torch.Generator().manual_seed(seed)
    shape = (*batch, n_bumps)
    coefficients = amplitude * torch.randn(shape, generator=generator, dtype=torch.float64)
    return coefficients, torch.rand(shape, generator=generator, dtype=torch.float64)


def probe(t):
    return torch.exp(-((t - 0.4) / 0.1).square() / 2)


def plain(function):
    return lambda t: function(torch.as_tensor(t, dtype=torch.float64)).numpy()


def score_of(density, row=()):
    """The score of one density as a function of a number or an array, by numpy."""
    coefficients, centers = density.coefficients[row], density.centers[row]

    def score(t):
        times = torch.as_tensor(t, dtype=torch.float64).unsqueeze(-1)
        return (density.kernel(times, centers) @ coefficients).numpy()

    return score


@pytest.mark.parametrize("alpha", [1.1, 4 / 3, 1.5, 1.75, 2.0])
@pytest.mark.parametrize("kernel", [functools.partial(gaussian, width=0.07), matern32])
def test_agrees_with_scipy(kernel, alpha):
    density = KernelDensity(*bumps(0), kernel, alpha)
    wanted = Reference(score_of(density), alpha)
    found = density.expectation(probe)
    assert density.threshold.item() == pytest.approx(wanted.threshold, abs=2e-9)
    assert found.value.item() == pytest.approx(wanted.expectation(plain(probe)), abs=2e-9)
    assert found.mass.item() == pytest.approx(1, abs=1e-9)
    ends = [end for pair in density.support_intervals() for end in pair]
    assert ends == pytest.approx([e for pair in wanted.intervals() for e in pair], abs=1e-8)
    tsallis = (1 - wanted.expectation(lambda t: wanted.density(t) ** (alpha - 1))) / (
        alpha * (alpha - 1)
    )
    assert density.entropy().item() == pytest.approx(tsallis, abs=1e-8)


def test_alpha_one_agrees_with_scipy():
    density = KernelDensity(*bumps(1), functools.partial(gaussian, width=0.07), 1.0)
    height = lambda t: math.exp(score_of(density)(t))  # noqa: E731
    total, mean, log_mean = (
        quad(lambda t, g=g: height(t) * g(t), 0, 1, epsabs=1e-13, limit=200)[0]
        for g in (lambda t: 1.0, plain(probe), score_of(density))
    )
    assert density.threshold.item() == pytest.approx(math.log(total), abs=1e-9)
    assert density.expectation(probe).value.item() == pytest.approx(mean / total, abs=1e-9)
    shannon = math.log(total) - log_mean / total
    assert density.entropy().item() == pytest.approx(shannon, abs=1e-9)
    assert density.support_intervals() == [(0.0, 1.0)]


def test_straight_scores_at_alpha_two_are_exact():
    """With hats one width apart the score runs straight from knot to knot: areas of triangles."""
    heights = [0.3, -1.1, 2.2, 1.7, -0.4, 0.9, 2.6, -2.0]
    knots = torch.linspace(0, 1, 8, dtype=torch.float64)
    density = KernelDensity(double(*heights), knots, functools.partial(hat, width=1 / 7), 2.0)
    tau = mpmath.mpf(density.threshold.item())
    mass = first = mpmath.mpf(0)
    for i, (left, right) in enumerate(itertools.pairwise(heights)):
        a, b = mpmath.mpf(left) - tau, mpmath.mpf(right) - tau
        start, stop = mpmath.mpf(0), mpmath.mpf(1)
        if a < 0 and b < 0:
            continue
        if a < 0:
            start, a = a / (a - b), mpmath.mpf(0)
        elif b < 0:
            stop, b = a / (a - b), mpmath.mpf(0)
        length = (stop - start) / 7
        begin = (i + start) / 7
        mass += length * (a + b) / 2
        first += length * (a + b) / 2 * begin + length**2 * (a + 2 * b) / 6
    assert abs(mass - 1) < 1e-12
    found = density.expectation(lambda t: t)
    assert found.value.item() == pytest.approx(float(first), abs=1e-11)
    assert len(density.support_intervals()) == 3


def test_ten_bumps_of_width_a_twentieth_need_at_most_64_nodes():
    """Kernel sparsemax to 1e-8 with the nodes of the final rule."""
    kernel = functools.partial(gaussian, width=0.05)
    for amplitude in (0.5, 3.0, 20.0):
        density = KernelDensity(*bumps(2, 10, amplitude, (101,)), kernel, 2.0)
        found = density.expectation(probe)
        assert density.n_nodes.max() <= 64
        assert found.error.max() < 1e-8
        for row in (0, 53, 100):
            wanted = Reference(score_of(density, row), 2.0)
            assert abs(found.value[row].item() - wanted.expectation(plain(probe))) < 1e-8
            assert abs(density.threshold[row].item() - wanted.threshold) < 1e-8


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0])
def test_narrow_kernels_are_not_overlooked(alpha):
    density = KernelDensity(
        double(400.0), double(0.413), functools.partial(gaussian, width=1e-3), alpha
    )
    width = 1e-3 / 20 if alpha == 1 else 1e-3
    edges = [0.0, *(0.413 + width * torch.linspace(-6, 6, 25)).tolist(), 1.0]
    total = 0.0
    for start, stop in itertools.pairwise(edges):
        points = torch.linspace(start, stop, 4001, dtype=torch.float64)
        total += torch.trapezoid(density.prob(points), points).item()
    assert total == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    "base",
    [
        Normal(scalar(0.3), scalar(0.8)),
        Laplace(scalar(0.0), scalar(1.0)),
        StudentT(scalar(3.0)),
        Cauchy(scalar(0.0), scalar(1.0)),
    ],
    ids=lambda base: type(base).__name__,
)
@pytest.mark.parametrize("alpha", [1.0, 1.5, 1.75, 2.0])
def test_the_whole_line_with_a_base_density(base, alpha):
    coefficients, centers = double(3.0, -1.0, 2.0, 1.5), double(-2.0, -0.5, 0.3, 2.0)
    density = KernelDensity(
        coefficients, centers, functools.partial(gaussian, width=0.5), alpha, LINE, base
    )
    found = density.expectation(torch.atan)
    assert found.error.item() < 1e-8
    assert found.mass.item() == pytest.approx(1, abs=1e-8)
    nodes, weights = (torch.from_numpy(part) for part in (NODES, WEIGHTS))
    mass = mean = 0.0
    for low, high in density.support_intervals():
        start, stop = torch.asinh(double(max(low, -1e16), min(high, 1e16)))
        ends = torch.cat([torch.linspace(start, stop, 400).double(), double(0.0)])
        ends = ends.clamp(start, stop).sort().values.unsqueeze(-1)
        u = ends[:-1] + ends.diff(dim=0) * (nodes + 1) / 2
        shares = ends.diff(dim=0) / 2 * weights * u.cosh() * density.prob(u.sinh())
        mass += shares.sum().item()
        mean += (shares * u.sinh().atan()).sum().item()
    assert mass == pytest.approx(1, abs=1e-8)
    assert found.value.item() == pytest.approx(mean, abs=1e-8)


def test_gaussian_score_and_base_have_a_gaussian_density():
    """f = c t^2 and Q = N(0, 1) at alpha = 1 give N(0, 1 / (1 - 2 c)), in closed form."""
    for c in (-3.0, 0.4, 0.49):
        base = Normal(scalar(0.0), scalar(1.0))
        density = KernelDensity(double(c), double(1.0), polynomial, 1.0, LINE, base)
        variance = 1 / (1 - 2 * c)
        assert density.threshold.item() == pytest.approx(math.log(variance) / 2, abs=1e-9)
        second = density.expectation(torch.square).value.item()
        assert second == pytest.approx(variance, rel=1e-8)
        points = double(-2.0, 0.0, 3.0)
        wanted = Normal(scalar(0.0), scalar(variance).sqrt()).log_prob(points)
        torch.testing.assert_close(density.log_prob(points), wanted)


def test_half_line_and_part_of_the_line():
    c, x = bumps(3)
    half = KernelDensity(c, x, gaussian, 2.0, (0.0, math.inf), Exponential(scalar(1.0)))
    assert half.expectation(torch.ones_like).mass.item() == pytest.approx(1, abs=1e-9)
    part = KernelDensity(c, x, gaussian, 1.5, (0.0, 1.0), Normal(scalar(0.0), scalar(1.0)))
    total = quad(lambda t: part.prob(double(t)).item(), 0, 1, epsabs=1e-12)[0]
    assert total == pytest.approx(1, abs=1e-9)
    assert part.prob(double(-0.5, 1.5)).tolist() == [0.0, 0.0]


def test_monte_carlo_agrees():
    """40,000 uniform points weighted by the density."""
    density = KernelDensity(*bumps(4), gaussian, 1.5)
    points = torch.rand(40_000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    weighted = density.prob(points) * probe(points)
    error = weighted.std() / 200
    assert (weighted.mean() - density.expectation(probe).value).abs() < 4 * error


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0])
def test_discretised_it_is_the_finite_density(alpha):
    """Scores at n points, scaled by n^(1 - alpha), give entmax weights n^-1 p at these points."""
    density = KernelDensity(*bumps(5), gaussian, alpha)
    n = 20_011
    points = (torch.arange(n, dtype=torch.float64) + 0.5) / n
    weights = attnkit.entmax(density.score(points) * n ** (1 - alpha), alpha)
    assert (n * weights - density.prob(points)).abs().max() < 1e-6


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0])
def test_zero_coefficients_give_the_base_measure(alpha):
    uniform = KernelDensity(double(0.0, 0.0), double(0.2, 0.9), gaussian, alpha, (1.0, 3.0))
    torch.testing.assert_close(uniform.prob(double(1.5, 2.9)), double(0.5, 0.5))
    assert uniform.support_intervals() == [(1.0, 3.0)]
    base = Normal(scalar(0.0), scalar(2.0))
    same = KernelDensity(double(0.0), double(0.2), gaussian, alpha, LINE, base)
    points = double(-3.0, 0.1, 5.0)
    torch.testing.assert_close(same.log_prob(points), base.log_prob(points))


def test_batches_are_independent_and_nested():
    c, x = bumps(6, batch=(2, 3))
    alphas = double(1.0, 1.5, 2.0).expand(2, 3)
    together = KernelDensity(c, x, gaussian, alphas)
    assert together.threshold.shape == (2, 3)
    intervals = together.support_intervals()
    for i in range(2):
        for j in range(3):
            alone = KernelDensity(c[i, j], x[i, j], gaussian, alphas[i, j].item())
            torch.testing.assert_close(
                together.expectation(probe).value[i, j], alone.expectation(probe).value
            )
            for found, wanted in zip(intervals[i][j], alone.support_intervals(), strict=True):
                assert found == pytest.approx(wanted, abs=1e-9)
    features = together.expectation(lambda t: torch.stack([t, t**2, t**3], -1))
    assert features.value.shape == (2, 3, 3)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10**6), st.floats(1.0, 2.0), st.floats(-20, 20))
def test_laws(seed, alpha, shift):
    """Mass one; a constant in the score changes nothing; coefficients of kernel and constant."""
    c, x = bumps(seed)

    def with_constant(s, t):
        """A Gaussian kernel, and a constant one for the center at 2."""
        return torch.where(t == 2, 1.0, gaussian(s, t))

    density = KernelDensity(c, x, gaussian, alpha)
    assert (density.expectation(probe).mass - 1).abs() < 1e-8
    moved = KernelDensity(
        torch.cat([c, double(shift)]), torch.cat([x, double(2.0)]), with_constant, alpha
    )
    points = torch.linspace(0, 1, 31, dtype=torch.float64)
    torch.testing.assert_close(moved.prob(points), density.prob(points), rtol=1e-7, atol=1e-8)
    assert moved.threshold.item() == pytest.approx(density.threshold.item() + shift, abs=1e-7)


def test_the_support_may_grow_with_alpha_where_the_density_exceeds_one():
    """Weights are at most one, and then a larger alpha means a smaller support."""

    def attended(amplitude, alpha):
        density = KernelDensity(
            *bumps(4, 5, amplitude), functools.partial(gaussian, width=0.07), alpha
        )
        return sum(high - low for low, high in density.support_intervals())

    assert attended(10.0, 1.5) < attended(10.0, 1.75) < attended(10.0, 2.0) < 0.5
    assert attended(1.0, 1.25) >= attended(1.0, 1.75) > attended(1.0, 2.0) > 0.5


def test_tends_to_alpha_one():
    exact = KernelDensity(*bumps(7), gaussian, 1.0).expectation(probe).value
    for excess in (1e-3, 1e-5, 1e-7):
        near = KernelDensity(*bumps(7), gaussian, 1 + excess).expectation(probe).value
        assert (near - exact).abs() < 10 * excess


@pytest.mark.parametrize("kernel", [laplace, hat])
def test_corners_are_integrated_over(kernel):
    density = KernelDensity(*bumps(8), kernel, 2.0)
    corners = torch.cat([density.centers, density.centers - 0.1, density.centers + 0.1])
    wanted = Reference(score_of(density), 2.0, cuts=corners.clamp(0, 1).numpy())
    assert density.expectation(probe).value.item() == pytest.approx(
        wanted.expectation(plain(probe)), abs=1e-8
    )


def test_rough_functions_are_refined_or_said_to_be_rough():
    density = KernelDensity(*bumps(9), gaussian, 2.0)
    narrow = density.expectation(lambda t: torch.exp(-((t - 0.31) / 0.004).square() / 2))
    wanted = quad(
        lambda t: density.prob(double(t)).item() * math.exp(-(((t - 0.31) / 0.004) ** 2) / 2),
        0.2, 0.4, points=[0.31], epsabs=1e-13,
    )[0]  # fmt: skip
    assert narrow.value.item() == pytest.approx(wanted, abs=1e-8)
    low, high = max(density.support_intervals(), key=lambda ends: ends[1] - ends[0])
    step = density.expectation(lambda t: (t > 0.3 * low + 0.7 * high).double())
    assert 1e-6 < step.error.item() < 1e-1


def test_float32_in_float32_out():
    c, x = bumps(10)
    single = KernelDensity(c.float(), x.float(), gaussian, 1.5)
    found = single.expectation(probe)
    assert found.value.dtype == single.threshold.dtype == torch.float32
    exact = KernelDensity(c.float().double(), x.float().double(), gaussian, 1.5)
    torch.testing.assert_close(
        found.value.double(), exact.expectation(probe).value, atol=1e-6, rtol=0
    )


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"coefficients": torch.tensor([1, 2])}, TypeError, "coefficients"),
        ({"coefficients": double(1.0, math.nan)}, ValueError, "coefficients must hold finite"),
        ({"centers": double(0.0, math.inf)}, ValueError, "centers must hold finite"),
        ({"centers": double(0.0, 0.1, 0.2)}, (TypeError, ValueError), "centers"),
        ({"coefficients": double(), "centers": double()}, ValueError, "at least one"),
        ({"alpha": 0.9}, ValueError, "alpha must be in"),
        ({"alpha": 2.1}, ValueError, r"alpha must be in \[1, 2\]"),
        ({"alpha": scalar(2.1)}, ValueError, r"alpha must be in \[1, 2\]"),
        ({"domain": (1.0, 1.0)}, ValueError, "domain must be"),
        ({"domain": (1.0, 0.0)}, ValueError, "domain must be"),
        ({"domain": (1.0,)}, (TypeError, ValueError), "domain"),
        ({"kernel": "gaussian"}, TypeError, "kernel"),
        ({"domain": (0.0, math.nan)}, ValueError, r"domain\[1\] must be a number, got nan"),
        ({"domain": LINE}, ValueError, "base must be given"),
        ({"domain": (0.0, math.inf)}, ValueError, "base must be given"),
        ({"base": 3.0}, TypeError, "base"),
        ({"base": Normal(torch.zeros(2), torch.ones(2))}, ValueError, "base must be one density"),
        ({"kernel": lambda s, t: (s - t) / 0}, ValueError, "kernel"),
    ],
)
def test_bad_input_is_named(change, error, words):
    inputs = {"coefficients": double(1.0, 2.0), "centers": double(0.1, 0.7), "kernel": gaussian}
    with pytest.raises(error, match=words):
        KernelDensity(**(inputs | change))


def test_a_score_that_outweighs_its_base_is_refused():
    base = Normal(scalar(0.0), scalar(1.0))
    with pytest.raises(ValueError, match="base must have tails"):
        KernelDensity(double(0.6), double(1.0), polynomial, 1.0, LINE, base)
    linear = functools.partial(polynomial, degree=1)
    with pytest.raises(ValueError, match="base must have tails"):
        KernelDensity(
            double(1.0), double(1.0), linear, 1.0, LINE, Laplace(scalar(0.0), scalar(1.0))
        )


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("alpha", [1.0, 1.75, 2.0])
def test_cuda_agrees(alpha):
    c, x = bumps(11, batch=(3,))
    here = KernelDensity(c, x, gaussian, alpha)
    there = KernelDensity(c.cuda(), x.cuda(), gaussian, alpha)
    value = there.expectation(probe).value
    assert value.is_cuda
    torch.testing.assert_close(value.cpu(), here.expectation(probe).value)
    torch.testing.assert_close(there.threshold.cpu(), here.threshold)
