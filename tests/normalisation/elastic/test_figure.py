"""What the figure of the elastic softmax is there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def compute():
    return gallery()["elastic-softmax"].compute


def test_equal_scores_attend_to_nothing_and_a_spread_keeps_more(compute):
    sums = [compute(spread=s)["sum_now"] for s in (0.0, 1.0, 2.0, 4.0)]
    assert sums[0] == 0
    assert sums == sorted(sums)
    assert compute(spread=0.0)["zeros_now"] == 1


def test_the_curve_is_softmax_less_the_offset(compute):
    values = compute(offset=-0.5, spread=1.0)
    np.testing.assert_allclose(values["elastic"], np.maximum(values["softmax"] - 0.5, 0))
    assert values["taken"] == 0.5


def test_dots_are_on_their_curves_and_curves_near_their_limits(compute):
    values = compute(spread=2.0, n=8192)
    place = list(values["spreads"]).index(2.0)
    assert values["zeros"][place] == values["zeros_now"]
    assert values["sums"][place] == values["sum_now"]
    assert np.nanmax(np.abs(values["sums"] - values["sums_limit"])[:9]) < 0.01


def test_few_keys_leave_the_limit(compute):
    values = compute(n=8, spread=4.0)
    assert values["sums_limit"][-1] - values["sums"][-1] > 0.05


def test_heads_are_shown_at_minus_one_alone(compute):
    assert np.isfinite(compute()["head_zeros"]).sum() == 72
    assert np.isnan(compute(offset=-0.5)["head_zeros"]).all()
