"""Mass below a point, its inverse, and the divergence, against scipy, quadrature and samples."""

import math

import numpy as np
import pytest
import torch
from scipy import integrate, special, stats
from torch.autograd import gradcheck, gradgradcheck
from torch.distributions import Normal, kl_divergence

from attnkit.densities import BetaGaussian
from tests.densities.alpha_family.test_beta_gaussian import double

ALPHAS = [1.0, 1.0001, 1.01, 1.3, 1.5, 2.0, 3.0, 7.0, 100.0, 1e6]
MASSES = double([1e-9, 1e-4, 0.03, 0.3, 0.5, 0.77, 0.999])


def on_line(location, score_variance, alpha, dtype=torch.float64):
    loc = torch.as_tensor(location, dtype=dtype)[..., None]
    scale = torch.as_tensor(score_variance, dtype=dtype)[..., None, None]
    return BetaGaussian(loc, scale, alpha)


def by_incomplete_beta(density, points):
    """Mass below, by scipy: with r = 1 / (alpha - 1) it is I_w(r + 1, r + 1)."""
    location, alpha = density.loc.item(), density.alpha.item()
    if alpha == 1:
        return stats.norm.cdf(points, location, density.scale_matrix.sqrt().item())
    power = 1 + 1 / (alpha - 1)
    share = (1 + (points - location) / density.support_half_widths.item()) / 2
    return special.betainc(power, power, np.clip(share, 0, 1))


@pytest.mark.parametrize("alpha", ALPHAS)
def test_mass_below_is_the_incomplete_beta_function(alpha):
    density = on_line(0.3, 1.7, alpha)
    reach = min(density.support_half_widths.item(), 14.0)
    points = 0.3 + reach * torch.linspace(-1.1, 1.1, 211, dtype=torch.float64)
    found = density.cdf(points[:, None]).numpy()
    wanted = by_incomplete_beta(density, points.numpy())
    # scipy loses digits in a power of ten thousand; ours are compared with the Gaussian's below.
    np.testing.assert_allclose(found, wanted, atol=3e-15, rtol=1e-10 if alpha > 1.001 else 1e-6)
    assert found[0] == pytest.approx(0, abs=1e-15)


def test_a_far_tail_of_the_gaussian_keeps_its_digits():
    points = double([-9.0, -6.0, -2.0, 0.5])
    for alpha in (1.0, 1 + 1e-14):
        found = on_line(0.0, 1.0, alpha).cdf(points[:, None])
        np.testing.assert_allclose(found, stats.norm.cdf(points), rtol=1e-10)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_inverse_undoes_it(alpha):
    density = on_line(-2.0, 0.6, alpha)
    points = density.icdf(MASSES)
    assert points.shape == (7, 1)
    torch.testing.assert_close(density.cdf(points), MASSES, rtol=1e-9, atol=1e-14)
    torch.testing.assert_close(points[4].item(), -2.0)
    torch.testing.assert_close(density.icdf(density.cdf(points)), points)
    ends = density.icdf(double([0.0, 1.0]))[:, 0]
    half = density.support_half_widths.item()
    torch.testing.assert_close(ends, double([-2.0 - half, -2.0 + half]))


def test_samples_are_spread_as_it_says():
    density = on_line(0.3, 1.7, 1.7)
    samples = density.sample((20011,), torch.Generator().manual_seed(0))
    assert stats.kstest(density.cdf(samples).numpy(), "uniform").pvalue > 0.01


@pytest.mark.parametrize("alpha", [1.0, 1.6, 3.5])
def test_derivatives_once_and_twice(alpha):
    location, variance = double([0.2, -0.4]), double([0.8, 1.9])
    points, masses = double([0.5, -0.2]), double([0.2, 0.9])
    order = double(alpha) + double([1e-3, 0.2])  # a difference across one is none

    def below(*numbers):
        return on_line(*numbers[1:]).cdf(numbers[0][..., None])

    def inverse(*numbers):
        return on_line(*numbers[1:]).icdf(numbers[0])

    for function, first in ((below, points), (inverse, masses)):
        numbers = [each.clone().requires_grad_() for each in (first, location, variance, order)]
        assert gradcheck(function, numbers)
        assert gradgradcheck(function, numbers)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_derivative_in_the_point_is_the_density(alpha):
    density = on_line(0.3, 1.7, alpha)
    points = density.icdf(MASSES[2:]).detach().requires_grad_()
    (slope,) = torch.autograd.grad(density.cdf(points).sum(), points)
    torch.testing.assert_close(slope[:, 0], density.log_prob(points).exp().detach(), rtol=1e-8,
                               atol=1e-12)  # fmt: skip


def divergence_by_quadrature(p, q):
    half = min(p.support_half_widths.item(), 12 * p.spread_tril.item())
    ends = (p.loc.item() - half, p.loc.item() + half)

    def integrand(t):
        points = torch.from_numpy(t)[..., None]
        there, here = q.log_prob(points).numpy(), p.log_prob(points).numpy()
        inside = np.minimum(here, there) > -math.inf
        return np.where(inside, np.exp(here) * (here - np.where(inside, there, 0.0)), 0.0)

    found = integrate.tanhsinh(integrand, *ends, atol=1e-12)
    assert found.success
    return found.integral


PAIRS = [
    ((0.1, 1.0, 1.0), (0.4, 2.0, 1.0)),
    ((0.1, 1.0, 1.5), (0.4, 2.0, 1.0)),
    ((0.1, 0.1, 2.0), (0.2, 2.0, 2.0)),
    ((0.1, 0.1, 1.3), (0.2, 2.0, 1.2)),
    ((0.0, 0.001, 4.0), (0.1, 2.0, 1.5)),
    ((0.0, 1.0, 1.0003), (0.1, 1.5, 1.0)),
]


@pytest.mark.parametrize("numbers", PAIRS)
def test_the_divergence_is_its_integral(numbers):
    p, q = (on_line(*each) for each in numbers)
    wanted = divergence_by_quadrature(p, q)
    assert kl_divergence(p, q).item() == pytest.approx(wanted, abs=1e-7)


def test_two_gaussians_have_torch_s_divergence():
    found = kl_divergence(on_line(0.3, 0.49, 1.0), on_line(-0.4, 1.3, 1.0)).item()
    wanted = kl_divergence(Normal(0.3, 0.7), Normal(-0.4, math.sqrt(1.3))).item()
    assert found == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_no_density_is_apart_from_itself(alpha):
    density = on_line(3.0, 0.2, alpha)
    assert kl_divergence(density, density).item() == pytest.approx(0, abs=1e-12)


def test_mass_outside_the_other_s_support_is_infinitely_far():
    narrow, wide = on_line(0.0, 0.1, 2.0), on_line(0.0, 1.0, 2.0)
    gaussian = on_line(0.0, 0.1, 1.0)
    assert kl_divergence(wide, narrow).item() == math.inf
    assert kl_divergence(gaussian, wide).item() == math.inf
    moved = kl_divergence(on_line([0.0, 0.5, 5.0], [0.1, 0.1, 0.1], 2.0), wide)
    assert moved.isfinite().tolist() == [True, True, False]
    numbers = [double([0.0, 5.0]), double([0.1, 0.1]), double([2.0, 1.5])]
    leaves = [each.requires_grad_() for each in numbers]
    apart = kl_divergence(on_line(*leaves), wide)
    for slope in torch.autograd.grad(apart[0] + apart[1], leaves):
        assert slope.isfinite().all()
        assert slope[1] == 0


def test_the_divergence_is_differentiable_in_all_six_numbers():
    numbers = [double(each).requires_grad_() for pair in PAIRS[2:4] for each in pair[0] + pair[1]]

    def apart(*numbers):
        return kl_divergence(on_line(*numbers[:3]), on_line(*numbers[3:]))

    assert gradcheck(apart, numbers[:6])
    assert gradcheck(apart, numbers[6:])


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_narrower_dtypes_and_extremes(dtype):
    density = on_line([1.0, -3.0, 1e3], [0.5, 1e-4, 2.0], 1.5, dtype)
    exact = BetaGaussian(density.loc.double(), density.scale_matrix.double(), 1.5)
    for mass in (0.0, 0.01, 0.5, 1.0):
        masses = torch.full((3,), mass, dtype=dtype)
        points = density.icdf(masses)
        assert points.dtype == dtype
        wanted = exact.icdf(masses.double())
        # Near zero a point of the first is the difference of two numbers of size one.
        torch.testing.assert_close(
            points.double(),
            wanted,
            rtol=4 * torch.finfo(dtype).eps,
            atol=4 * torch.finfo(dtype).eps,
        )
        found = density.cdf(points)
        assert found.dtype == dtype
        torch.testing.assert_close(
            found.double(), exact.cdf(points.double()), rtol=0, atol=4 * torch.finfo(dtype).eps
        )
    leaves = [torch.tensor(each, dtype=dtype, requires_grad=True) for each in ([-9e3], 0.5)]
    far = on_line(torch.tensor(0.0), leaves[1], 1.5, dtype).cdf(leaves[0])
    assert far.item() == 0
    assert all(slope.isfinite().all() for slope in torch.autograd.grad(far.sum(), leaves))


def test_shapes_and_what_is_refused():
    many = on_line(torch.zeros(5), torch.ones(7, 1), 1.5)
    assert many.cdf(torch.zeros(3, 1, 1, 1)).shape == (3, 7, 5)
    assert many.icdf(torch.full((3, 7, 5), 0.3)).shape == (3, 7, 5, 1)
    assert kl_divergence(many, on_line(0.0, 2.0, 1.0)).shape == (7, 5)
    assert on_line(torch.zeros(0), 1.0, 1.5).icdf(torch.zeros(0)).shape == (0, 1)
    plane = BetaGaussian(torch.zeros(2), torch.eye(2), 1.5)
    for call in (
        lambda: plane.icdf(torch.tensor(0.5)),
        lambda: kl_divergence(plane, plane),
    ):
        with pytest.raises(ValueError, match=r"loc must have one dimension for .*, got 2"):
            call()
    with pytest.raises(ValueError, match="value must be"):
        many.icdf(torch.tensor(1.2))
    with pytest.raises(ValueError, match="value must hold finite numbers"):
        many.cdf(torch.tensor([math.nan]))


COMPILED = """
import torch
from attnkit.densities.alpha_family.cumulative import lower_mass
from attnkit.densities.alpha_family.divergence import divergence

x, excess = torch.linspace(-3, 3, 7), torch.tensor([0, 0.1, 0.5, 1, 2, 5, 0.01])
compiled = torch.compile(lower_mass, fullgraph=True, backend="aot_eager")
torch.testing.assert_close(compiled(x, excess), lower_mass(x, excess))
numbers = (x / 10, 0.1 + 0 * x, excess, excess / 2)
compiled = torch.compile(divergence, fullgraph=True, backend="aot_eager")
torch.testing.assert_close(compiled(*numbers), divergence(*numbers))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)
