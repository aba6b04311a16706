"""The alpha family on the line against quadrature, high precision and its own laws."""

import math

import mpmath
import pytest
import torch
from beartype.roar import BeartypeCallHintParamViolation
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import tanhsinh
from scipy.stats import norm

from attnkit.densities.alpha_family import line

ALPHAS = [1.0, 1.0001, 1.1, 4 / 3, 1.5, 2.0, 3.0, 10.0]
SPARSE = ALPHAS[1:]


def double(value):
    return torch.tensor(value, dtype=torch.float64)


def exact(score_variance, alpha):
    """Half support, threshold, variance and peak from the Beta function, with 50 digits."""
    with mpmath.workdps(50):
        sigma2, alpha = mpmath.mpf(score_variance), mpmath.mpf(alpha)
        r = 1 / (alpha - 1)
        beta = mpmath.beta(mpmath.mpf(1) / 2, r + 1)
        half = ((2 * sigma2 * r) ** r / beta) ** (1 / (2 * r + 1))
        return (
            half,
            -(half**2) / (2 * sigma2),
            half**2 / (1 + 2 * alpha * r),
            1 / (half * beta),
        )


def integrate(function, score_variance, alpha):
    """Integral of function times the density centred at zero, by scipy."""
    sigma2 = double(score_variance)
    edge = min(
        line.half_support(sigma2, alpha).item(),
        12 * line.spread_squared(sigma2, alpha).sqrt().item(),
    )

    def integrand(t):
        return line.density(torch.from_numpy(t), double(0.0), sigma2, alpha).numpy() * function(t)

    found = tanhsinh(integrand, -edge, edge, rtol=1e-11)
    assert found.success
    return found.integral


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("score_variance", [0.03, 7.0])
@pytest.mark.claim("line-closed-forms")
def test_mass_and_variance_against_quadrature(alpha, score_variance):
    assert integrate(lambda t: 1.0, score_variance, alpha) == pytest.approx(1.0, rel=1e-9)
    variance = integrate(lambda t: t * t, score_variance, alpha)
    assert line.variance(double(score_variance), alpha).item() == pytest.approx(variance, rel=1e-9)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-14), (torch.float32, 2e-6)])
@pytest.mark.parametrize("score_variance", [1e-6, 1e-3, 1.0, 11.0])
@pytest.mark.parametrize("alpha", [1 + 1e-7, 1 + 1e-5, 1.001, *SPARSE])
def test_closed_forms_against_high_precision(alpha, score_variance, dtype, tolerance):
    sigma2 = torch.tensor(score_variance, dtype=dtype)
    zero = torch.zeros((), dtype=dtype)
    got = (
        line.half_support(sigma2, alpha),
        line.threshold(sigma2, alpha),
        line.variance(sigma2, alpha),
        line.density(zero, zero, sigma2, alpha),
    )
    for value, wanted in zip(got, exact(sigma2.item(), alpha), strict=True):
        assert value.item() == pytest.approx(float(wanted), rel=tolerance)


@pytest.mark.parametrize("alpha", SPARSE)
def test_density_is_the_positive_part_of_score_minus_threshold(alpha):
    sigma2, location = double(0.7), double(-0.2)
    points = torch.linspace(-3.1, 2.9, 1009, dtype=torch.float64)
    score = -(points - location).square() / (2 * sigma2)
    lifted = (alpha - 1) * (score - line.threshold(sigma2, alpha))
    wanted = lifted.clamp(min=0) ** (1 / (alpha - 1))
    torch.testing.assert_close(
        line.density(points, location, sigma2, alpha), wanted, rtol=0, atol=2e-12
    )


@pytest.mark.parametrize("alpha", [1.1, 1.5, 2.0, 3.0])
def test_density_beats_its_neighbours(alpha):
    """E_p[f] - Omega(p) falls when mass is moved: the definition of the prediction map."""
    sigma2 = double(0.4)
    edge = line.half_support(sigma2, alpha).item()
    grid = torch.linspace(-1.5 * edge, 1.5 * edge, 4001, dtype=torch.float64)
    score = -grid.square() / (2 * sigma2)

    def objective(p):
        omega = (torch.trapezoid(p**alpha, grid) - 1) / (alpha * (alpha - 1))
        return torch.trapezoid(p * score, grid) - omega

    best = line.density(grid, double(0.0), sigma2, alpha)
    for other in (
        line.density(grid, double(0.05 * edge), sigma2, alpha),
        line.density(grid, double(0.0), 1.1 * sigma2, alpha),
        line.density(grid, double(0.0), 0.9 * sigma2, alpha),
        line.density(grid, double(0.0), sigma2, alpha + 0.1),
    ):
        assert objective(best) > objective(other)


@pytest.mark.parametrize(
    ("alpha", "support_of", "score_variance_of"),
    [
        (
            4 / 3,
            lambda s: (236.25 * s**3) ** (1 / 7),
            lambda v: ((9 * v) ** 3.5 / 236.25) ** (1 / 3),
        ),
        (3 / 2, lambda s: (15 * s**2) ** (1 / 5), lambda v: 15**-0.5 * (7 * v) ** (5 / 4)),
        (2.0, lambda s: (1.5 * s) ** (1 / 3), lambda v: 2 / 3 * (5 * v) ** 1.5),
    ],
)
def test_named_members(alpha, support_of, score_variance_of):
    value = 0.37
    assert line.half_support(double(value), alpha).item() == pytest.approx(
        support_of(value), rel=1e-13
    )
    assert line.score_variance_from_variance(double(value), alpha).item() == pytest.approx(
        score_variance_of(value), rel=1e-13
    )


def test_alpha_one_is_the_gaussian():
    points = torch.linspace(-3, 3, 101, dtype=torch.float64)
    got = line.log_density(points, double(0.3), double(0.49), 1.0)
    wanted = torch.from_numpy(norm(0.3, 0.7).logpdf(points.numpy()))
    torch.testing.assert_close(got, wanted, rtol=1e-13, atol=1e-13)
    assert line.half_support(double(0.49), 1.0).item() == math.inf
    assert line.threshold(double(0.49), 1.0).item() == -math.inf
    assert line.variance(double(0.49), 1.0).item() == pytest.approx(0.49, rel=1e-15)


def test_large_alpha_tends_to_the_uniform_density():
    half = double(0.5)
    sigma2 = line.score_variance_from_half_support(half, 1e4)
    points = torch.linspace(-0.49, 0.49, 53, dtype=torch.float64)
    heights = line.density(points, double(0.0), sigma2, 1e4)
    torch.testing.assert_close(heights, torch.ones_like(points), rtol=1e-3, atol=0)


def test_float32_density_is_smooth_through_alpha_one():
    points = torch.linspace(-4, 4, 97)
    gaussian = line.density(points, torch.tensor(0.0), torch.tensor(1.0), 1.0)
    for excess in (1e-7, 1e-6, 1e-5, 1e-4):
        near = line.density(points, torch.tensor(0.0), torch.tensor(1.0), 1 + excess)
        assert (near - gaussian).abs().max() < 2 * excess + 3e-7


@given(
    alpha=st.floats(1.0, 20.0),
    location=st.floats(-3, 3),
    log_variance=st.floats(-8, 3),
    shift=st.floats(-5, 5),
)
@settings(deadline=None, max_examples=60)
def test_shift_and_round_trips(alpha, location, log_variance, shift):
    variance = double(math.exp(log_variance))
    sigma2 = line.score_variance_from_variance(variance, alpha)
    torch.testing.assert_close(line.variance(sigma2, alpha), variance, rtol=1e-10, atol=0)
    offsets = variance.sqrt() * torch.linspace(-2, 2, 7, dtype=torch.float64)
    here = line.density(location + offsets, double(location), sigma2, alpha)
    there = line.density(location + shift + offsets, double(location + shift), sigma2, alpha)
    torch.testing.assert_close(here, there, rtol=1e-7, atol=1e-9 * here.max().item())
    if alpha > 1.001:
        half = line.half_support(sigma2, alpha)
        again = line.score_variance_from_half_support(half, alpha)
        torch.testing.assert_close(again, sigma2, rtol=1e-9, atol=0)


@given(low=st.floats(1.01, 10), step=st.floats(0.01, 5), variance=st.floats(1e-4, 10))
@settings(deadline=None, max_examples=40)
def test_support_shrinks_in_alpha_at_fixed_variance(low, step, variance):
    def half(alpha):
        sigma2 = line.score_variance_from_variance(double(variance), alpha)
        return line.half_support(sigma2, alpha).item()

    assert half(low + step) < half(low)
    assert half(low + step) > math.sqrt(3 * variance) * (1 - 1e-12)


@pytest.mark.parametrize("alpha", [1.0, 1.00001, 1.3, 2.0, 3.0])
def test_gradients(alpha):
    points = torch.tensor([-0.41, 0.03, 0.37], dtype=torch.float64)
    inputs = [points, double(0.05), double(0.9), double(alpha)]
    for tensor in inputs:
        tensor.requires_grad_()

    def of(points, location, sigma2, alpha):
        return line.density(points, location, sigma2, alpha)

    free = inputs[:3] if alpha == 1.0 else inputs
    fixed = inputs[len(free) :]
    assert torch.autograd.gradcheck(lambda *args: of(*args, *fixed), free)
    assert torch.autograd.gradgradcheck(lambda *args: of(*args, *fixed), free)


def test_derivative_in_alpha_at_one_is_one_sided_and_finite():
    alpha = double(1.0).requires_grad_()
    points = double([-1.3, 0.0, 0.7])
    (slope,) = torch.autograd.grad(line.density(points, double(0.0), double(0.8), alpha)[2], alpha)
    step = 1e-6
    moved = line.density(points, double(0.0), double(0.8), 1 + step)[2]
    still = line.density(points, double(0.0), double(0.8), 1.0)[2]
    assert slope.item() == pytest.approx(((moved - still) / step).item(), rel=1e-4)


def test_outside_the_support_density_and_gradient_are_exactly_zero():
    points = torch.tensor([5.0, -7.0], requires_grad=True)
    heights = line.density(points, torch.tensor(0.0), torch.tensor(1.0), 2.0)
    heights.sum().backward()
    assert heights.tolist() == [0.0, 0.0]
    assert points.grad.tolist() == [0.0, 0.0]


def test_batches_broadcast_and_keep_dtype():
    points = torch.randn(7, 5, 1, generator=torch.Generator().manual_seed(3))
    location, sigma2 = torch.zeros(5, 3), torch.rand(3) + 0.5
    alpha = torch.tensor([1.0, 1.5, 2.0])
    heights = line.density(points, location, sigma2, alpha)
    assert heights.shape == (7, 5, 3)
    alone = line.density(points[2, 4, 0], location[4, 1], sigma2[1], 1.5)
    torch.testing.assert_close(heights[2, 4, 1], alone)
    for dtype in (torch.float16, torch.bfloat16):
        half = line.density(points.to(dtype), location.to(dtype), sigma2.to(dtype), 1.5)
        assert half.dtype == dtype
        assert half.isfinite().all()


def test_vmap():
    points = torch.linspace(-1, 1, 11)

    def heights(sigma2):
        return line.density(points, torch.tensor(0.0), sigma2, 1.5)

    variances = torch.tensor([0.5, 1.0, 2.0])
    each = torch.stack([heights(v) for v in variances])
    torch.testing.assert_close(torch.func.vmap(heights)(variances), each)


COMPILED = """
import torch
from attnkit.densities import BetaGaussian
from attnkit.densities.alpha_family.line import density

def heights(sigma2):
    line = density(torch.linspace(-1, 1, 11), torch.tensor(0.0), sigma2, 1.5)
    plane = BetaGaussian(torch.zeros(2), sigma2 * torch.eye(2), 1.5)
    return line + plane.log_prob(torch.tensor([0.1, 0.2])) + plane.entropy()

sigma2 = torch.tensor(0.7)
compiled = torch.compile(heights, fullgraph=True, backend="aot_eager")
torch.testing.assert_close(compiled(sigma2), heights(sigma2))
"""


def test_compiles_without_a_graph_break(plain_python):
    # In a process of its own: the run-time shape checks of the tests can't be traced.
    plain_python.run(COMPILED)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: line.variance(torch.tensor(-1.0), 2.0), ValueError, "score_variance"),
        (lambda: line.variance(torch.tensor(0.0), 2.0), ValueError, "score_variance"),
        (lambda: line.variance(torch.tensor(math.nan), 2.0), ValueError, "score_variance"),
        (lambda: line.variance(torch.tensor(1), 2.0), TypeError, "score_variance"),
        (lambda: line.variance(torch.tensor(1.0), 0.9), ValueError, "alpha"),
        (lambda: line.variance(torch.tensor(1.0), math.nan), ValueError, "alpha"),
        (lambda: line.variance(torch.tensor(1.0), math.inf), ValueError, "alpha"),
        (
            lambda: line.score_variance_from_half_support(torch.tensor(1.0), 1.0),
            ValueError,
            r"alpha must be in \(1, ",
        ),
        (
            lambda: line.density(torch.tensor(math.nan), torch.tensor(0.0), torch.tensor(1.0), 2.0),
            ValueError,
            "points",
        ),
    ],
)
def test_bad_input_is_named(call, error, words):
    # beartype may refuse an integer tensor before attnkit does; both name the argument.
    with pytest.raises(Exception, match=words) as caught:
        call()
    assert isinstance(caught.value, error | BeartypeCallHintParamViolation)
