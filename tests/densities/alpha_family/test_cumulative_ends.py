"""Where the mass is nearly nothing or everything: far tails, the edge, supports that meet."""

import math

import numpy as np
import pytest
import torch
from scipy import stats
from torch.distributions import kl_divergence

from tests.densities.alpha_family.test_beta_gaussian import double
from tests.densities.alpha_family.test_cumulative import ALPHAS, on_line

FAR = double([-37.0, -20.0, -12.0, -3.0])


@pytest.mark.parametrize("alpha", [1.0, 1 + 1e-14])
def test_the_gaussian_s_tail_keeps_its_digits_to_the_end_of_the_dtype(alpha):
    found = on_line(0.0, 1.0, alpha).cdf(FAR[:, None])
    lighter = np.exp(-(alpha - 1) * FAR.numpy() ** 4 / 8)
    np.testing.assert_allclose(found, stats.norm.cdf(FAR) * lighter, rtol=1e-10)


def test_and_so_does_the_inverse():
    masses = double([1e-300, 1e-40, 1e-17, 0.2])
    found = on_line(0.0, 1.0, 1.0).icdf(masses)[:, 0]
    np.testing.assert_allclose(found, stats.norm.ppf(masses), rtol=1e-13)
    narrow = on_line(0.0, 1.0, 1.0, torch.float32).icdf(masses[1:].float() + 1e-36)[:, 0]
    np.testing.assert_allclose(narrow, stats.norm.ppf(masses[1:] + 1e-36), rtol=1e-5)


@pytest.mark.parametrize("alpha", [1.0, 1 + 1e-9, 1.001, 1.005, 1.01])
def test_close_to_the_gaussian_a_small_mass_is_found_again(alpha):
    density, masses = on_line(0.0, 1.0, alpha), double([1e-100, 1e-20, 3.5e-12, 0.3])
    torch.testing.assert_close(density.cdf(density.icdf(masses)), masses, rtol=1e-11, atol=0)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_no_point_of_a_positive_mass_lies_outside_the_support(alpha):
    density, masses = on_line(0.0, 1.3, alpha), double([1e-100, 3.5e-12, 1e-4, 1 - 1e-12])
    points = density.icdf(masses)
    assert density.log_prob(points).isfinite().all()
    torch.testing.assert_close(density.cdf(points[1:]), masses[1:], rtol=1e-4, atol=1e-15)


@pytest.mark.parametrize("masses", [[0.0, 0.3, 1.0], [1.0], [0.0]])
def test_a_whole_mass_leaves_the_gradients_of_the_others_alone(masses):
    def slopes(masses):
        leaves = [double(each).requires_grad_() for each in (0.3, 1.2, 1.0)]
        points = on_line(*leaves).icdf(masses)
        return points[:, 0], torch.autograd.grad(points.sum(), leaves)

    masses = double(masses)
    points, found = slopes(masses)
    inner = (masses > 0) & (masses < 1)
    assert points[~inner].tolist() == [math.inf if m else -math.inf for m in masses[~inner]]
    wanted = slopes(masses[inner])[1] if inner.any() else (double(0.0),) * 3
    torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0, 3.0, 10.0, 40.0])
def test_where_a_density_meets_itself_the_divergence_has_no_slope(alpha):
    leaves = [double(each).requires_grad_() for each in (0.3, 1.2, alpha) * 2]
    apart = kl_divergence(on_line(*leaves[:3]), on_line(*leaves[3:]))
    for slope in torch.autograd.grad(apart, leaves):
        assert slope.item() == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize("alpha", [1.5, 3.0, 10.0])
def test_and_inside_the_other_s_support_its_slope_is_a_difference(alpha):
    variance = double(0.4).requires_grad_()
    other = on_line(0.0, 1.0, alpha)
    (slope,) = torch.autograd.grad(kl_divergence(on_line(0.0, variance, alpha), other), variance)
    ends = (kl_divergence(on_line(0.0, 0.4 + s * 1e-5, alpha), other).item() for s in (1, -1))
    assert slope.item() == pytest.approx((next(ends) - next(ends)) / 2e-5, rel=1e-6)
