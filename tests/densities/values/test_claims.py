"""What is claimed of value functions, checked on more than the claims themselves measure."""

import math

import pytest
import torch

from attnkit.densities.alpha_family import line
from attnkit.densities.alpha_family.quadrature import conditional_expectation
from attnkit.densities.values import claims
from attnkit.densities.values.thinned_gesture import fit, kept_samples, outside, score_variance_of


def context(value, location, half_width, alpha):
    return conditional_expectation(
        value,
        torch.tensor(location, dtype=torch.float64),
        score_variance_of(half_width, alpha),
        alpha,
        n_panels=16,
    ).value.squeeze()


@pytest.mark.claim("function-outside")
def test_the_function_outside_does_not_count_for_a_sparse_density():
    measured = claims.function_outside()
    assert measured["largest for alpha > 1"] == 0.0
    assert abs(measured["alpha = 1"]) > 1e-3


@pytest.mark.claim("function-outside")
@pytest.mark.parametrize("alpha", [1.25, 2.0, 3.0])
@pytest.mark.parametrize(("location", "half_width"), [(0.1, 0.25), (0.37, 0.05), (0.95, 0.11)])
def test_nor_does_a_wild_one(alpha, location, half_width):
    value = fit(*kept_samples(0.1))

    def wild(points):
        away = outside(points, location, half_width).unsqueeze(-1)
        return torch.where(away, 1e6 * torch.cos(40 * points.unsqueeze(-1)), value(points))

    before, after = (context(f, location, half_width, alpha) for f in (value, wild))
    assert after == before
    assert context(wild, location, half_width, 1.0) != context(value, location, half_width, 1.0)


@pytest.mark.claim("samples-outside")
def test_the_samples_outside_do_count():
    measured = claims.samples_outside()
    assert abs(measured["change in the figure"]) > 1e-3
    assert measured["share of the absolute weight"] > 0.01
    assert measured["median change over 20 thinnings"] > 1e-3
    assert measured["smallest"] > 0
    assert measured["median share"] > 0.01


@pytest.mark.claim("samples-outside")
def test_the_context_is_a_weighted_sum_of_all_samples():
    times, samples = kept_samples(0.2)
    samples = samples.clone().requires_grad_()
    mean = context(fit(times, samples), 0.5, 0.12, 2.0)
    (weights,) = torch.autograd.grad(mean, samples)
    assert (weights @ samples.detach()).item() == pytest.approx(mean.item(), rel=1e-10)


@pytest.mark.claim("augmented-qr")
def test_augmented_qr_keeps_digits_that_the_normal_equations_lose():
    measured = claims.augmented_qr()
    assert measured["augmented QR"] < 2e-3
    assert measured["normal equations"] > 100 * measured["augmented QR"]


def test_larger_shares_keep_the_points_of_smaller_ones():
    few, many = kept_samples(0.1)[0], kept_samples(0.4)[0]
    assert set(few.tolist()) < set(many.tolist())
    assert 0 <= many.min() < many.max() <= 1
    with pytest.raises(ValueError, match="share"):
        kept_samples(1.5)


def test_half_width_is_the_support_or_the_parabolas_variance():
    assert line.half_support(score_variance_of(0.2, 3.0), 3.0).item() == pytest.approx(0.2)
    parabola = line.variance(score_variance_of(0.2, 2.0), 2.0).item()
    gaussian = line.variance(score_variance_of(0.2, 1.0), 1.0).item()
    assert gaussian == pytest.approx(parabola)
    assert gaussian == pytest.approx(0.2**2 / 5)
    assert math.isfinite(gaussian)
