"""The mass of a density in a box: seen wherever it is narrow, and looked at by the rule."""

import pytest
import torch
from scipy.special import ndtr
from scipy.stats import multivariate_normal

from attnkit.densities import BetaGaussian

UNIT = ((0.0, 1.0), (0.0, 1.0))


def double(values):
    return torch.tensor(values, dtype=torch.float64)


@pytest.mark.parametrize("deviation", [1e-6, 0.001, 0.02, 0.1])
@pytest.mark.parametrize("constant", [lambda p: torch.ones_like(p[..., 0]), lambda p: p])
def test_a_narrow_gaussian_in_the_middle(deviation, constant):
    """Constant and linear functions settle at once; the mass must be right all the same."""
    density = BetaGaussian(double([0.5, 0.5]), deviation**2 * torch.eye(2).double(), 1.0)
    wanted = (2 * ndtr(0.5 / deviation) - 1) ** 2
    assert density.expectation(constant, UNIT).mass.item() == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("deviation", [0.001, 0.05])
@pytest.mark.parametrize("alpha", [1.01, 1.05, 1.1, 1.5, 2.0, 3.0, 10.0])
def test_a_sparse_density_inside_has_all_its_mass(alpha, deviation):
    scale = deviation**2 * torch.eye(2).double()
    density = BetaGaussian(double([0.5, 0.5]), scale, alpha)
    inside = bool((density.support_half_widths < 0.5).all())
    mass = density.expectation(lambda p: p, UNIT).mass.item()
    assert mass == pytest.approx(1, abs=1e-8 if inside else 1e-6)


@pytest.mark.parametrize("loc", [[0.5, 0.5], [0.9, 0.9], [0.0, 0.0], [1.1, 0.5]])
@pytest.mark.parametrize("correlation", [0.999, -0.999, 0.99999])
@pytest.mark.parametrize("deviation", [0.1, 1.0])
def test_a_ridge_against_scipy(correlation, loc, deviation):
    scale = deviation**2 * double([[1.0, correlation], [correlation, 1.0]])
    got = BetaGaussian(double(loc), scale, 1.0).expectation(lambda p: p, UNIT).mass.item()
    wanted = multivariate_normal(loc, scale.numpy()).cdf([1, 1], lower_limit=[0, 0])
    assert got == pytest.approx(wanted, abs=1e-8)


def test_the_mass_of_each_density_of_a_batch():
    loc = double([[0.5, 0.5], [0.37, 0.71], [0.02, 0.5]])
    scale = torch.stack([v * torch.eye(2).double() for v in (1e-6, 0.04, 4e-4)])
    got = BetaGaussian(loc, scale, 1.0).expectation(lambda p: p, UNIT).mass
    low, high = -loc / scale[:, 0, :1].sqrt(), (1 - loc) / scale[:, 0, :1].sqrt()
    wanted = torch.from_numpy(ndtr(high.numpy()) - ndtr(low.numpy())).prod(-1)
    torch.testing.assert_close(got, wanted, atol=1e-9, rtol=0)


def test_a_mass_that_does_not_settle_is_an_error_of_the_value():
    """A ridge of width 1e-6 of its length: no rule of the budget sees it, and the error says so."""
    scale = double([[1.0, 1 - 1e-13], [1 - 1e-13, 1.0]])
    got = BetaGaussian(double([0.5, 0.5]), scale, 1.0).expectation(lambda p: p, UNIT)
    wanted = ndtr(0.5) - ndtr(-0.5)
    assert abs(got.mass.item() - wanted) < 1e-6 or got.error.max() > 1e-6


def test_many_dimensions_are_refused_by_name():
    density = BetaGaussian(torch.zeros(8), torch.eye(8), 2.0)
    with pytest.raises(ValueError, match="loc must have at most 7 dimensions"):
        density.expectation(lambda p: p)
