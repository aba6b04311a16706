"""The claim on alpha-ReLU on other seeds and thresholds, its law, and its figure."""

import math

import numpy as np
import pytest
from scipy import integrate
from scipy.stats import norm

from attnkit.densities.alpha_relu import claims
from attnkit.explore import gallery


@pytest.mark.claim("alpha-relu-row-sum")
def test_the_sum_is_proportional_to_the_length():
    measured = claims.row_sum()
    assert measured["slope"] == pytest.approx(1.0, abs=0.05)
    assert measured["slope, threshold 0"] == pytest.approx(1.0, abs=0.05)
    assert measured["n = 64"] == pytest.approx(1.054, abs=0.05)
    assert measured["n = 4096"] > 60
    for seed, threshold in ((1, -0.5), (2, 1.0)):
        found = claims.sums(threshold, seed=seed)
        assert claims.slope(found) == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("threshold", [-1.0, 0.0, 1.06])
def test_the_factor_is_an_integral_above_the_threshold(threshold):
    """n E[(z − τ)₊²]/4 at alpha = 1.5, in closed form."""
    tail, height = norm.sf(threshold), norm.pdf(threshold)
    each = ((1 + threshold**2) * tail - threshold * height) / 4
    for n, total in zip(claims.LENGTHS, claims.sums(threshold, seed=0), strict=True):
        assert total / n == pytest.approx(each, rel=0.05)


@pytest.mark.claim("alpha-relu-row-sum")
def test_the_page_s_two_sums_are_those_of_the_integral():
    each, _ = integrate.quad(lambda z: (z - 1.06) ** 2 / 4 * norm.pdf(z), 1.06, 12)
    assert 64 * each == pytest.approx(1.05, abs=0.005)
    assert 4096 * each == pytest.approx(67, abs=0.5)


def test_the_figure_s_line_has_slope_one_and_entmax_s_threshold_climbs():
    compute = gallery()["alpha-relu-row-sum"].compute
    values = compute(threshold=0.5, alpha=1.5)
    long, longer = values["sums"][-2:]
    assert math.log2(longer / long) == pytest.approx(1.0, abs=0.02)
    assert compute(threshold=1.06, alpha=1.5, n=64)["sum"] == pytest.approx(1.0, abs=0.1)
    assert compute(threshold=1.85, alpha=1.5, n=512)["sum"] == pytest.approx(1.0, abs=0.1)
    assert {1.06, 1.85} <= set(gallery()["alpha-relu-row-sum"].controls[0].stops)
    owns = [compute(n=n)["own"] for n in (8, 64, 512, 4096)]
    assert (np.diff(owns) > 0).all()
