"""BetaGaussian against high precision, quadrature, samples, torch's Gaussian and its own laws."""

import math

import mpmath
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from torch.distributions import MultivariateNormal

from attnkit.densities import BetaGaussian, entmax
from attnkit.densities.alpha_family import line

ALPHAS = [1.0, 1.0001, 1.1, 4 / 3, 1.5, 2.0, 3.0, 10.0]
DIMENSIONS = [1, 2, 3, 5]


def double(value):
    return torch.tensor(value, dtype=torch.float64)


def example(n, alpha, *, seed=0, dtype=torch.float64):
    """A density with correlations, of any dimension."""
    generator = torch.Generator().manual_seed(seed)
    factor = torch.randn(n, n, generator=generator, dtype=torch.float64)
    scale_matrix = factor @ factor.mT / n + 0.2 * torch.eye(n, dtype=torch.float64)
    loc = torch.randn(n, generator=generator, dtype=torch.float64)
    return BetaGaussian(loc.to(dtype), scale_matrix.to(dtype), alpha)


def published(log_det, alpha, n):
    """R, threshold, covariance / S and entropy of Martins et al. 2022, with 60 digits."""
    with mpmath.workdps(60):
        alpha = mpmath.mpf(alpha)
        e, det = alpha - 1, mpmath.exp(mpmath.mpf(log_det))
        gammas = mpmath.gammaprod([mpmath.mpf(n) / 2 + alpha / e], [alpha / e])
        base = gammas / mpmath.pi ** (mpmath.mpf(n) / 2) * (2 / e) ** (1 / e)
        radius = base ** (e / (2 + e * n))
        threshold = -(radius**2) / 2 * det ** (-1 / (n + 2 / e))
        covariance = -2 * threshold / (n + 2 * alpha / e)
        entropy = 1 / (alpha * e) + 2 * threshold / (2 * alpha + n * e)
        return [float(found) for found in (radius, threshold, covariance, entropy)]


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 2e-13), (torch.float32, 5e-6)])
@pytest.mark.parametrize("variance", [1e-6, 1e-3, 1.0])
@pytest.mark.parametrize("n", DIMENSIONS)
@pytest.mark.parametrize("alpha", [1 + 1e-7, 1 + 1e-5, 1.001, *ALPHAS[2:]])
def test_closed_forms_against_high_precision(alpha, n, variance, dtype, tolerance):
    scale_matrix = variance * torch.eye(n, dtype=dtype)
    density = BetaGaussian(torch.zeros(n, dtype=dtype), scale_matrix, alpha)
    given_variance = scale_matrix[0, 0].item()
    got = [
        density.support_radius.item(),
        density.threshold.item(),
        density.variance[0].item() / given_variance,
        density.entropy().item(),
    ]
    for found, wanted in zip(got, published(n * math.log(given_variance), alpha, n), strict=True):
        assert found == pytest.approx(wanted, rel=tolerance)


@pytest.mark.parametrize("n", DIMENSIONS)
def test_alpha_one_is_the_gaussian(n):
    density = example(n, 1.0)
    gaussian = MultivariateNormal(density.loc, density.scale_matrix)
    points = gaussian.sample((11,))
    torch.testing.assert_close(density.log_prob(points), gaussian.log_prob(points))
    torch.testing.assert_close(density.entropy(), gaussian.entropy())
    torch.testing.assert_close(density.covariance_matrix, gaussian.covariance_matrix)
    torch.testing.assert_close(density.fenchel_young_loss(points), -gaussian.log_prob(points))
    assert density.support_radius == math.inf
    assert density.threshold == -math.inf
    assert density.escort_mass == 1
    assert torch.all(density.support_half_widths == math.inf)


@pytest.mark.parametrize("n", DIMENSIONS)
def test_float32_is_smooth_through_alpha_one(n):
    gaussian = example(n, 1.0, dtype=torch.float32)
    points = gaussian.sample((101,), generator=torch.Generator().manual_seed(1))
    for excess in (1e-7, 1e-5, 1e-4):
        near = example(n, 1 + excess, dtype=torch.float32).log_prob(points)
        apart = (near.exp() - gaussian.log_prob(points).exp()).abs().max()
        assert apart < (4 * n * n * excess + 2e-6) * gaussian.log_prob(gaussian.loc).exp()


@pytest.mark.parametrize("alpha", ALPHAS)
def test_one_dimension_is_the_line(alpha):
    density = BetaGaussian(double([0.3]), double([[0.07]]), alpha)
    points = torch.linspace(-2, 3, 101, dtype=torch.float64)
    wanted = line.log_density(points, double(0.3), double(0.07), alpha)
    torch.testing.assert_close(density.log_prob(points.unsqueeze(-1)), wanted)
    torch.testing.assert_close(density.variance[0], line.variance(double(0.07), alpha))
    half = line.half_support(double(0.07), alpha)
    torch.testing.assert_close(density.support_half_widths[0], half)


@pytest.mark.parametrize("alpha", [1.1, 1.5, 2.0, 3.0])
def test_mass_entropy_and_escort_by_quadrature_in_the_plane(alpha):
    density = example(2, alpha, seed=2)
    steps = (torch.arange(1009, dtype=torch.float64) + 0.5) / 1009 * 2 - 1
    corners = torch.cartesian_prod(steps, steps) * density.support_half_widths
    heights = density.log_prob(density.loc + corners)
    area = 4 * density.support_half_widths.prod()

    def integral(of):
        return (area * of(heights).mean()).item()

    assert integral(torch.exp) == pytest.approx(1, abs=1e-4)
    omega = (integral(lambda p: (alpha * p).exp()) - 1) / (alpha * (alpha - 1))
    assert density.entropy().item() == pytest.approx(-omega, abs=1e-4)
    if alpha < 2:
        mass = integral(lambda p: ((2 - alpha) * p).exp())
        assert density.escort_mass.item() == pytest.approx(mass, rel=1e-3)


@pytest.mark.parametrize("alpha", [1.05, 1.5, 2.0, 3.0])
def test_density_is_the_positive_part_of_score_minus_threshold(alpha):
    density = example(3, alpha)
    points = density.loc + torch.randn(
        101, 3, generator=torch.Generator().manual_seed(4), dtype=torch.float64
    )
    offset = points - density.loc
    score = -(offset @ density.scale_matrix.inverse() * offset).sum(-1) / 2
    lifted = (alpha - 1) * (score - density.threshold)
    wanted = lifted.clamp(min=0) ** (1 / (alpha - 1))
    torch.testing.assert_close(density.log_prob(points).exp(), wanted)
    assert (wanted == 0).any() or alpha < 1.1


@pytest.mark.parametrize("alpha", [1.0, 1.01, 4 / 3, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("n", DIMENSIONS)
def test_samples_have_the_covariance_and_the_support(n, alpha):
    density = example(n, alpha)
    samples = density.sample((40_000,), generator=torch.Generator().manual_seed(7))
    wanted = density.covariance_matrix
    spread = wanted.diagonal().sqrt()
    assert ((samples.mean(0) - density.mean).abs() < 5 * spread / 200).all()
    apart = torch.cov(samples.mT).reshape(n, n) - wanted
    assert (apart.abs() < 5 * math.sqrt(2) / 200 * spread * spread.unsqueeze(-1)).all()
    assert (density.log_prob(samples) > -math.inf).all()
    if alpha > 1:
        # Probability integral transform of the squared radius, whose law is a Beta law.
        offset = samples - density.loc
        inverse = density.covariance_matrix.inverse()
        share = (offset @ inverse * offset).sum(-1) / (n + 2 * alpha / (alpha - 1))
        assert 0.5 < share.max() <= 1 or alpha < 1.4
        mean = n / (n + 2 * alpha / (alpha - 1))
        assert share.mean().item() == pytest.approx(mean, rel=0.02)


def test_samples_follow_the_density():
    """Counts in bins of the line against integrals of the density."""
    density = BetaGaussian(double([0.2]), double([[0.3]]), 1.5)
    samples = density.sample((40_000,), generator=torch.Generator().manual_seed(3)).squeeze(-1)
    half = density.support_half_widths.item()
    edges = torch.linspace(0.2 - half, 0.2 + half, 12, dtype=torch.float64)
    counts = torch.histogram(samples, edges).hist
    for count, low, high in zip(counts, edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        share = quad(lambda t: density.log_prob(double([t])).exp().item(), low, high)[0]
        assert abs(count.item() - 40_000 * share) < 5 * math.sqrt(40_000 * share) + 1


@pytest.mark.parametrize("n", [1, 2, 3])
def test_large_alpha_tends_to_the_uniform_density_of_height_one(n):
    density = example(n, 1e4)
    half = density.support_half_widths
    inside = density.loc + 0.3 * half * torch.ones(n, dtype=torch.float64) / math.sqrt(n)
    assert density.log_prob(density.loc).exp().item() == pytest.approx(1, abs=5e-3)
    assert density.log_prob(inside).exp().item() == pytest.approx(1, abs=5e-3)


@pytest.mark.parametrize("alpha", [1.0, 1.2, 1.5, 1.9])
@pytest.mark.parametrize("n", DIMENSIONS)
def test_escort_is_the_power_of_the_density(n, alpha):
    density = example(n, alpha)
    escort = density.escort()
    torch.testing.assert_close(escort.alpha, double(1 / (2 - alpha)))
    points = density.sample((53,), generator=torch.Generator().manual_seed(5))
    wanted = (2 - alpha) * density.log_prob(points) - density.escort_mass.log()
    torch.testing.assert_close(escort.log_prob(points), wanted, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(escort.support_half_widths, density.support_half_widths)


def test_escorts_walk_the_named_members():
    density = BetaGaussian(double([0.1]), double([[0.4]]), 4 / 3)
    biweight = density.escort()
    assert biweight.alpha.item() == pytest.approx(1.5)
    parabola = biweight.escort()
    assert parabola.alpha.item() == pytest.approx(2.0)
    flat = BetaGaussian(parabola.loc, parabola.scale_matrix, 2.0)
    torch.testing.assert_close(flat.escort_mass, 2 * flat.support_half_widths[0])


@pytest.mark.parametrize("alpha", [2.0, 3.0, 2 - 1e-15])
def test_no_escort_of_finite_order(alpha):
    with pytest.raises(ValueError, match="alpha must be < 2"):
        example(2, alpha).escort()


@pytest.mark.parametrize("alpha", [1.0, 1.3, 2.0, 3.0])
def test_fenchel_young_loss_is_the_best_objective_less_the_score(alpha):
    density = BetaGaussian(double([0.3]), double([[0.2]]), alpha)
    point = 0.8
    score = -((point - 0.3) ** 2) / 0.4
    mean_score = -density.variance.item() / 0.4
    wanted = mean_score + density.entropy().item() - score
    assert density.fenchel_young_loss(double([point])).item() == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("n", [1, 2])
def test_fenchel_young_loss_has_the_right_slope_in_alpha(n):
    """By the envelope theorem it is the slope of the entropy of a density that stays fixed."""
    alpha = double(1.6).requires_grad_()
    density = example(n, alpha)
    loss = density.fenchel_young_loss(density.loc)
    (slope,) = torch.autograd.grad(loss, alpha)
    fixed = example(n, 1.6)

    def entropy(order):
        powers = fixed.expectation(lambda t: ((order - 1) * fixed.log_prob(t)).exp())
        return (1 - powers.value) / (order * (order - 1))

    step = 1e-4
    wanted = (entropy(1.6 + step) - entropy(1.6 - step)) / (2 * step)
    assert slope.item() == pytest.approx(wanted.item(), rel=1e-6)


def test_the_loss_is_least_at_the_law_of_the_data():
    truth = example(2, 1.5)
    data = truth.sample((20_000,), generator=torch.Generator().manual_seed(2))

    def mean_loss(loc, scale_matrix):
        return BetaGaussian(loc, scale_matrix, 1.5).fenchel_young_loss(data).mean()

    best = mean_loss(truth.loc, truth.scale_matrix)
    tilt = double([[0.0, 0.1], [0.1, 0.0]])
    for other in (
        mean_loss(truth.loc + 0.1, truth.scale_matrix),
        mean_loss(truth.loc, 1.2 * truth.scale_matrix),
        mean_loss(truth.loc, truth.scale_matrix / 1.2),
        mean_loss(truth.loc, truth.scale_matrix + tilt),
        mean_loss(truth.loc, truth.scale_matrix - tilt),
    ):
        assert other > best


@given(
    n=st.integers(1, 4),
    alpha=st.floats(1.0, 8.0),
    seed=st.integers(0, 10_000),
    log_scale=st.floats(-3, 2),
)
@settings(deadline=None, max_examples=50)
def test_affine_maps(n, alpha, seed, log_scale):
    """Of a standard density by t -> A t + b: S is not covariant, but the spread is."""
    density = example(n, alpha, seed=seed)
    generator = torch.Generator().manual_seed(seed)
    matrix = torch.randn(n, n, generator=generator, dtype=torch.float64)
    matrix = math.exp(log_scale) * (matrix + 3 * torch.eye(n, dtype=torch.float64))
    shift = torch.randn(n, generator=generator, dtype=torch.float64)
    spread = matrix @ density.spread_tril @ density.spread_tril.mT @ matrix.mT
    # S is the spread over p(loc)^(alpha - 1), and the map divides p by |det A|.
    ratio = (density.log_prob(density.loc) - matrix.det().abs().log()) * (alpha - 1)
    moved = BetaGaussian(matrix @ density.loc + shift, _symmetric(spread) / ratio.exp(), alpha)
    points = density.loc + 0.4 * (density.sample((7,), generator=generator) - density.loc)
    got = moved.log_prob(points @ matrix.mT + shift)
    wanted = density.log_prob(points) - matrix.det().abs().log()
    torch.testing.assert_close(got, wanted, rtol=1e-7, atol=1e-7)
    wanted = matrix @ density.covariance_matrix @ matrix.mT
    torch.testing.assert_close(moved.covariance_matrix, wanted, rtol=1e-8, atol=1e-10)


def _symmetric(matrix):
    return (matrix + matrix.mT) / 2


@given(alpha=st.floats(1.05, 6.0), step=st.floats(0.05, 2.0), n=st.integers(1, 4))
@settings(deadline=None, max_examples=40)
def test_mass_concentrates_at_fixed_covariance(alpha, step, n):
    """With the covariance held at I the half widths fall in alpha."""

    def half_width(order):
        unit = BetaGaussian(torch.zeros(n).double(), torch.eye(n).double(), order)
        return (unit.support_half_widths[0] / unit.variance[0].sqrt()).item()

    assert half_width(alpha + step) < half_width(alpha)


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0, 3.0])
def test_finite_entmax_of_the_score_on_a_grid_tends_to_the_density(alpha):
    """Weights over the spacing; a grid of mesh h divides the score by h^(alpha - 1)."""
    density = BetaGaussian(double([0.1]), double([[0.2]]), alpha)
    grid = torch.linspace(-3, 3, 6001, dtype=torch.float64)
    mesh = (grid[1] - grid[0]).item()
    score = -(grid - 0.1).square() / 0.4
    weights = entmax(score * mesh ** (alpha - 1), alpha)
    wanted = density.log_prob(grid.unsqueeze(-1)).exp()
    tolerance = 2e-3 if alpha > 2 else 2e-6  # the slope at the edge is infinite beyond 2
    assert (weights / mesh - wanted).abs().max() < tolerance * wanted.max() * 10


def test_a_perplexity_of_another_entropy_is_refused():
    density = BetaGaussian(torch.zeros(2), torch.eye(2), 1.5)
    with pytest.raises(NotImplementedError, match="perplexity needs Shannon's entropy"):
        density.perplexity()
