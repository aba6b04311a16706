"""The claims on the real encoder: bounds that what was recorded keeps, with room to spare."""

import pytest

from attnkit.trained import claims


@pytest.mark.claim("real-one-number")
def test_without_the_number_there_is_no_sink_and_no_other_number_matters():
    untouched, without, other, restored = claims.number().values()
    assert untouched > 0.2
    assert without < 0.05
    assert other < 0.02
    assert restored > 7


@pytest.mark.claim("real-appointed")
def test_either_the_name_or_the_position_suffices():
    named, placed, neither = claims.passed_over().values()
    assert min(named, placed) > 0.25
    assert neither < 0.08


@pytest.mark.claim("real-gives-nothing")
def test_dropping_costs_nothing_and_sharing_or_hearing_ruins():
    dropped, passed_on, heard, ratio = claims.gives_nothing().values()
    assert dropped > 0.99
    assert heard < passed_on < 0.85
    assert ratio < 0.1


@pytest.mark.claim("real-bias-fades")
def test_the_middle_half_of_the_slopes_and_the_better_law():
    low, middle, high, n_sinks, better = claims.bias_fades().values()
    assert -1.1 < low < middle < high < -0.5
    assert n_sinks == 39  # as the figures say
    assert better > 0.8 * n_sinks


@pytest.mark.claim("real-dispersion")
def test_the_law_holds_below_a_spread_of_one_and_breaks_beyond():
    small, middle, large = claims.dispersion().values()
    assert small < 0.1
    assert small < middle < large
    assert large > 0.3
