"""The figures of σReparam show the bound, two rows of one norm, and the recorded seeds."""

import math

import numpy as np
import pytest

from attnkit.concentration.sigma_reparam.figures.entropy_bound import ENTROPY_BOUND
from attnkit.concentration.sigma_reparam.figures.sigma_reparam_training import (
    SIGMA_REPARAM_TRAINING,
)


@pytest.mark.parametrize("n", [4, 64, 512])
def test_the_curve_is_below_every_dot(n):
    shown = ENTROPY_BOUND.compute(norm=5.0, n=n)
    least = np.interp(shown["random_norm"], shown["axis"], shown["bound"])
    assert (shown["random_entropy"] >= least - 1e-3).all()
    assert np.interp(5.0, shown["axis"], shown["bound"]) == pytest.approx(
        shown["least_now"], abs=3e-3
    )
    assert shown["usual_now"] > shown["least_now"]


def test_the_two_rows_are_weights():
    shown = ENTROPY_BOUND.compute(norm=6.0, n=8)
    assert shown["sharpest_weights"].sum() == pytest.approx(1)
    assert shown["random_weights"].sum() == pytest.approx(1)
    assert shown["sharpest_weights"][1] == pytest.approx(shown["sharpest_weights"][7])
    assert np.isnan(ENTROPY_BOUND.compute(norm=6.0, n=4)["random_weights"][4:]).all()


def test_by_ten_the_curve_is_almost_at_zero():
    for n in (4, 64, 512):
        assert ENTROPY_BOUND.compute(norm=10.0, n=n)["least"] < 0.05 * math.log(n)


def test_every_seed_is_a_dot():
    shown = SIGMA_REPARAM_TRAINING.compute(rate=0.03)
    assert shown["accuracy"].shape == shown["place"].shape == (15,)
    assert shown["reparametrised"] == 1 > shown["normalised"] > shown["plain"]
    assert (shown["largest"] >= shown["smallest"]).all()


def test_what_the_page_reads_off_at_norm_five():
    shown = ENTROPY_BOUND.compute(norm=5.0, n=64)
    assert shown["sharpest_weights"][0] == pytest.approx(0.71, abs=0.005)
    assert shown["usual_now"] > 0.94
