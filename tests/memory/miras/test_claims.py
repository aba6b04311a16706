"""The claims on Miras, on more than they measure."""

import math

import pytest

from attnkit.memory import miras
from attnkit.memory.miras import claims


@pytest.mark.claim("miras-four-choices")
def test_compositions_are_the_rules_one_knows():
    assert max(claims.miras_four_choices().values()) < 1e-12


@pytest.mark.claim("miras-bounded-write")
def test_a_write_is_as_long_as_its_influence():
    measured = claims.miras_bounded_write()
    assert measured["Yaad, value at 1000"] == pytest.approx(0.3)
    assert measured["delta, value at 1000"] == pytest.approx(1000)
    for delta in (0.1, 3.0):
        rule = miras.yaad(miras.LinearMemory(), delta)
        for far in (1e-3, 1.0, 1e6):
            assert claims.moved(rule, far) == pytest.approx(min(far, delta))
    sign = miras.Rule(
        miras.LinearMemory(), miras.PowerError(1.0), miras.Decay(), miras.GradientStep()
    )
    assert claims.moved(sign, 1e6) == pytest.approx(math.sqrt(3), rel=1e-3)


@pytest.mark.claim("miras-outliers")
def test_huber_stays_where_the_squared_error_is_lost():
    measured = claims.miras_outliers()
    assert measured["squared, one in ten"] > 20 * measured["Huber 0.3, one in ten"]
    assert 1.15 < measured["Huber 0.3, none"] / measured["squared, none"] < 1.3


@pytest.mark.claim("miras-outliers")
def test_over_seeds_and_the_cube_runs_away():
    for seed in (1, 2, 3):
        squared, huber, cube = (
            claims.far_after(loss, 0.1, 20.0, seed=seed)
            for loss in (miras.SquaredError(), miras.HuberError(0.3), miras.PowerError(3.0))
        )
        assert squared > 20 * huber
        assert cube == math.inf


@pytest.mark.claim("miras-outliers")
def test_over_seeds_a_bound_costs_a_little_where_there_are_no_outliers():
    for seed in (1, 2, 3):
        losses = miras.SquaredError(), miras.HuberError(0.3), miras.PowerError(3.0)
        squared, huber, cube = (claims.far_after(loss, 0.0, 0.0, seed=seed) for loss in losses)
        assert 1.15 < huber / squared < 1.3
        assert squared < cube < huber  # the cube's lead needs a longer stream
