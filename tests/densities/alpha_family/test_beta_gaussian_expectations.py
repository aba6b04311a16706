"""Expectations under BetaGaussian against closed forms, other rules and the published formulas."""

import math

import mpmath
import numpy as np
import pytest
import torch
from scipy.special import roots_jacobi
from torch.autograd import gradcheck, gradgradcheck

from attnkit.densities import BetaGaussian, adaptive_expectation, conditional_expectation
from tests.densities.alpha_family.reference_line import mean_of_bumps
from tests.densities.alpha_family.test_beta_gaussian import double, example

ALPHAS = [1.0, 1.1, 4 / 3, 1.5, 2.0, 3.0]
WHOLE, UNIT = (-math.inf, math.inf), (0.0, 1.0)
CENTERS = torch.linspace(0, 1, 11, dtype=torch.float64)


def bumps(width):
    def function(points):
        return torch.exp(-((points.unsqueeze(-1) - CENTERS.to(points)) / width).square() / 2)

    return function


@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_reference_is_right(alpha):
    """The density of the class on a fine grid of midpoints."""
    got = mean_of_bumps(0.9, 0.01, alpha, UNIT, centers=CENTERS.numpy(), width=0.1)
    grid = (torch.arange(200_000, dtype=torch.float64) + 0.5) / 200_000
    density = BetaGaussian(double([0.9]), double([[0.01]]), alpha)
    heights = density.log_prob(grid.unsqueeze(-1)).exp()
    wanted = heights @ bumps(0.1)(grid) / heights.sum()
    np.testing.assert_allclose(got, wanted.numpy(), atol=1e-7)


@pytest.mark.parametrize("domain", [UNIT, WHOLE])
@pytest.mark.parametrize("sigma2", [1e-6, 1e-3, 1.0])
@pytest.mark.parametrize("alpha", ALPHAS)
def test_one_part_in_a_million_in_float32(alpha, sigma2, domain):
    for location in (0.37, 0.93, 1.01):
        loc, scale = torch.tensor([location]), torch.tensor([[sigma2]])
        for width in (0.025, 0.1):
            density = BetaGaussian(loc, scale, alpha)
            got = density.expectation(lambda t, w=width: bumps(w)(t.squeeze(-1)), domain)
            exact = mean_of_bumps(
                loc.item(), scale.item(), alpha, domain, centers=CENTERS.numpy(), width=width
            )
            reached = got.mass > 0
            assert reached or (location > 1 and domain == UNIT)
            if reached:
                assert np.abs(got.value.double().numpy() - exact).max() < 1e-6


def test_the_error_decides_how_many_panels():
    asked = []

    def counted(width):
        def function(points):
            asked.append(points.shape[-1])
            return bumps(width)(points)

        return function

    arguments = (double(0.4), double(1.0), 1.0)
    smooth = adaptive_expectation(counted(5.0), *arguments)
    few = sum(asked)
    asked.clear()
    narrow = adaptive_expectation(counted(0.025), *arguments)
    assert few < 1500 < sum(asked) < 12_000  # few: the nodes, and a look between them
    assert max(smooth.error.max(), narrow.error.max()) < 1e-9
    asked.clear()
    bounded = adaptive_expectation(counted(0.025), *arguments, max_panels=16)
    assert max(asked) <= 16 * 32
    wanted = mean_of_bumps(0.4, 1.0, 1.0, WHOLE, centers=CENTERS.numpy(), width=0.025)
    for found in (narrow, bounded):
        assert ((found.value - torch.from_numpy(wanted)).abs() <= found.error + 1e-12).all()
    assert bounded.error.max() > narrow.error.max()


def test_panels_serve_the_hardest_density_of_a_batch():
    location, sigma2 = double([0.2, 0.5, 0.9]), double([1.0, 1e-2, 1e-6])
    alpha = double([1.0, 1.5, 2.0])
    got = adaptive_expectation(bumps(0.05), location, sigma2, alpha, domain=UNIT)
    for row in range(3):
        wanted = mean_of_bumps(
            location[row].item(), sigma2[row].item(), alpha[row].item(), UNIT,
            centers=CENTERS.numpy(), width=0.05,
        )  # fmt: skip
        np.testing.assert_allclose(got.value[row].numpy(), wanted, atol=1e-9)


def characteristic(density, wave):
    """E cos(wave . t): of the family a Bessel function, of the Gaussian a Gaussian."""
    alpha, n = density.alpha.item(), len(wave)
    phase = (wave @ density.loc).item()
    length = (density.spread_tril.mT @ wave).norm().item()
    if alpha == 1:
        return math.cos(phase) * math.exp(-(length**2) / 2)
    order = n / 2 + 1 / (alpha - 1) + 1
    return math.cos(phase) * float(mpmath.hyp0f1(order, -(length**2) / (2 * (alpha - 1))))


@pytest.mark.parametrize("alpha", [1.0, 1.0001, *ALPHAS[1:], 10.0])
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_characteristic_function_in_any_dimension(n, alpha):
    density = example(n, alpha)
    wave = torch.arange(1, n + 1, dtype=torch.float64) / n
    got = density.expectation(lambda points: torch.cos(points @ wave))
    apart = abs(got.value.item() - characteristic(density, wave))
    assert apart < 2e-9 + got.error < (1e-6 if n < 4 else 1e-3)
    assert got.mass.item() == pytest.approx(1)


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_covariance_by_quadrature(n, alpha):
    density = example(n, alpha)

    def products(points):
        offset = points - density.loc
        return offset.unsqueeze(-1) * offset.unsqueeze(-2)

    got = density.expectation(products)
    torch.testing.assert_close(got.value, density.covariance_matrix, rtol=1e-9, atol=1e-9)


def bump_of_the_plane(points):
    centre = points.new_tensor([0.3, 0.6])
    return torch.exp(-((points - centre) / 0.2).square().sum(-1) / 2)


@pytest.mark.parametrize("alpha", [1.0, 1.3, 2.0, 3.0])
@pytest.mark.parametrize("loc", [[0.5, 0.5], [0.97, 0.1], [1.1, -0.1]])
def test_box_against_a_grid_of_midpoints(loc, alpha):
    scale_matrix = double([[0.06, 0.02], [0.02, 0.03]])
    density = BetaGaussian(double(loc), scale_matrix, alpha)
    got = density.expectation(bump_of_the_plane, (UNIT, UNIT))
    steps = (torch.arange(1201, dtype=torch.float64) + 0.5) / 1201
    grid = torch.cartesian_prod(steps, steps)
    heights = density.log_prob(grid).exp()
    assert got.mass.item() == pytest.approx(heights.mean().item(), abs=2e-5)
    wanted = (heights * bump_of_the_plane(grid)).mean() / heights.mean()
    assert got.value.item() == pytest.approx(wanted.item(), abs=2e-5)
    assert got.error < 1e-7


@pytest.mark.parametrize("alpha", ALPHAS)
def test_a_box_around_the_support_is_the_plane(alpha):
    density = BetaGaussian(double([0.4, 0.5]), 0.05 * double([[1.0, -0.6], [-0.6, 1.0]]), alpha)
    boxed = density.expectation(bump_of_the_plane, ((-math.inf, math.inf), (-9.0, 9.0)))
    plane = density.expectation(bump_of_the_plane)
    assert boxed.mass.item() == pytest.approx(1, abs=1e-10)
    assert boxed.value.item() == pytest.approx(plane.value.item(), abs=1e-9)


@pytest.mark.parametrize("alpha", [1.1, 1.5, 2.0, 3.0])
def test_four_quadrants_make_the_plane(alpha):
    density = BetaGaussian(double([0.4, 0.5]), double([[0.06, 0.02], [0.02, 0.03]]), alpha)
    plane = density.expectation(wave_of)
    sides = [((-math.inf, cut), (cut, math.inf)) for cut in (0.5, 0.35)]
    boxes = [density.expectation(wave_of, (x, y)) for x in sides[0] for y in sides[1]]
    assert sum(box.mass for box in boxes).item() == pytest.approx(1, abs=1e-9)
    total = sum(box.mass * box.value for box in boxes)
    assert total.item() == pytest.approx(plane.value.item(), abs=1e-9)
    assert all(0.001 < box.mass < 0.9 and box.error < 1e-9 for box in boxes)


def test_a_box_in_float32_and_by_batches():
    loc = torch.tensor([[0.2, 0.3], [0.9, 1.0], [0.5, 0.5]])
    scale_matrix = torch.diag_embed(torch.tensor([[0.1, 0.2], [1e-4, 1e-2], [1e-6, 1.0]]))
    alpha = torch.tensor([1.0, 1.5, 2.0])
    got = BetaGaussian(loc, scale_matrix, alpha).expectation(bump_of_the_plane, (UNIT, UNIT))
    exact = BetaGaussian(loc.double(), scale_matrix.double(), alpha.double())
    wanted = exact.expectation(bump_of_the_plane, (UNIT, UNIT))
    torch.testing.assert_close(got.value.double(), wanted.value, rtol=0, atol=1e-6)
    torch.testing.assert_close(got.mass.double(), wanted.mass, rtol=0, atol=2e-6)
    for row in range(3):
        alone = BetaGaussian(loc[row], scale_matrix[row], alpha[row])
        found = alone.expectation(bump_of_the_plane, (UNIT, UNIT))
        torch.testing.assert_close(found.value, got.value[row], rtol=0, atol=1e-6)


@pytest.mark.parametrize("n", [1, 2])
def test_a_support_outside_the_domain_gives_zero_with_zero_gradient(n):
    loc = torch.full((n,), 7.0).requires_grad_()
    scale_matrix = (1e-3 * torch.eye(n)).requires_grad_()
    got = BetaGaussian(loc, scale_matrix, 2.0).expectation(torch.cos, (UNIT,) * n)
    got.value.sum().backward()
    assert got.mass == 0
    assert got.value.abs().max() == 0
    assert loc.grad.abs().max() == 0
    assert scale_matrix.grad.abs().max() == 0


def wave_of(points):
    return torch.sin(2 * points.sum(-1) + points[..., 0])


@pytest.mark.parametrize("alpha", [1.0, 1.2, 1.5, 1.8])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_gradients_are_escort_covariances(n, alpha):
    """d E[g] / d lambda = escort_mass Cov_escort(d score / d lambda, g), by three routes."""
    wide = example(n, alpha)
    density = BetaGaussian(wide.loc, wide.scale_matrix / 10, alpha)
    loc, scale_matrix = (part.clone().requires_grad_() for part in _of(density))
    value = BetaGaussian(loc, scale_matrix, alpha).expectation(wave_of).value
    by_autograd = torch.autograd.grad(value, (loc, scale_matrix))
    inverse = density.scale_matrix.inverse()

    def slopes(points):
        pull = (points - density.loc) @ inverse
        return torch.cat([pull, (pull.unsqueeze(-1) * pull.unsqueeze(-2)).flatten(-2) / 2], -1)

    escort = density.escort()
    joint = escort.expectation(lambda t: slopes(t) * wave_of(t).unsqueeze(-1)).value
    apart = escort.expectation(slopes).value * escort.expectation(wave_of).value
    covariance = density.escort_mass * (joint - apart)
    torch.testing.assert_close(by_autograd[0], covariance[:n], rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(by_autograd[1].flatten(), covariance[n:], rtol=1e-6, atol=1e-6)
    direction = torch.linspace(-1, 1, n, dtype=torch.float64)
    step = 1e-5
    moved = [
        BetaGaussian(density.loc + s * direction, density.scale_matrix, alpha)
        .expectation(wave_of)
        .value
        for s in (step, -step)
    ]
    difference = (moved[0] - moved[1]) / (2 * step)
    assert (by_autograd[0] @ direction).item() == pytest.approx(difference.item(), abs=1e-6)


def _of(density):
    return density.loc, density.scale_matrix


@pytest.mark.parametrize("alpha", [2.0, 3.0])
def test_gradients_where_the_escort_is_no_beta_gaussian(alpha):
    """On the line the escort is a Jacobi weight, (1 - y^2)^(1 / (alpha - 1) - 1), at any alpha."""
    loc, sigma2 = double([0.3]).requires_grad_(), double([[0.2]]).requires_grad_()
    density = BetaGaussian(loc, sigma2, alpha)
    got = torch.autograd.grad(density.expectation(wave_of).value, (loc, sigma2))
    exponent = 1 / (alpha - 1) - 1
    nodes, weights = (torch.from_numpy(part) for part in roots_jacobi(40, exponent, exponent))
    weights = weights / weights.sum()
    points = 0.3 + density.support_half_widths.detach() * nodes
    waves = wave_of(points.unsqueeze(-1))
    for slope, found in zip(((points - 0.3) / 0.2, (points - 0.3) ** 2 / 0.08), got, strict=True):
        covariance = weights @ (slope * waves) - (weights @ slope) * (weights @ waves)
        wanted = density.escort_mass.detach() * covariance
        assert found.item() == pytest.approx(wanted.item(), abs=1e-9)


@pytest.mark.parametrize("alpha", [1.0, 1.3, 1.75, 2.0, 3.0])
@pytest.mark.parametrize(("n", "domain"), [(1, None), (1, UNIT), (2, None), (2, (UNIT, UNIT))])
def test_first_and_second_derivatives(n, domain, alpha):
    generator = torch.Generator().manual_seed(1)
    loc = 0.8 - 0.1 * torch.arange(n, dtype=torch.float64)
    factor = 0.2 * torch.randn(n, n, generator=generator, dtype=torch.float64)
    leaves = [loc.requires_grad_(), factor.requires_grad_()]
    leaves += [double(alpha).requires_grad_()] if alpha > 1 else []

    def results(loc, factor, order=1.0):
        scale_matrix = factor @ factor.mT + 0.02 * torch.eye(n, dtype=torch.float64)
        found = BetaGaussian(loc, scale_matrix, order).expectation(wave_of, domain)
        return found.value, found.mass

    assert gradcheck(results, leaves, rtol=1e-6, atol=1e-7)
    assert gradgradcheck(results, leaves, rtol=1e-4, atol=1e-6, fast_mode=True)


def test_two_uses_before_one_backward():
    loc, scale_matrix = double([0.4]).requires_grad_(), double([[0.02]]).requires_grad_()
    density = BetaGaussian(loc, scale_matrix, 1.5)

    def gradients(total):
        return torch.autograd.grad(total, (loc, scale_matrix), retain_graph=True)

    first = density.expectation(wave_of, UNIT).value
    other = BetaGaussian(loc + 0.3, 2 * scale_matrix, 2.0).expectation(wave_of, UNIT).value
    both = gradients(first * 3 + other)
    apart = zip(gradients(first * 3), gradients(other), strict=True)
    for together, (one, two) in zip(both, apart, strict=True):
        torch.testing.assert_close(together, one + two)


def test_many_fixed_panels_are_the_adaptive_ones():
    arguments = (bumps(0.1), double(0.9), double(0.05), 1.5)
    fixed = conditional_expectation(*arguments, n_panels=64)
    torch.testing.assert_close(adaptive_expectation(*arguments, domain=UNIT).value, fixed.value)
