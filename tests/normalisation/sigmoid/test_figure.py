"""What the figure of the row sum is there to show."""

import math

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def compute():
    return gallery()["sigmoid-row-sum"].compute


def test_a_shift_moves_softmaxs_curve_and_not_the_sigmoids(compute):
    here, there = compute(shift=0.0), compute(shift=2.0)
    np.testing.assert_allclose(here["softmax_key"], there["softmax_key"])
    np.testing.assert_array_equal(here["sigmoid_curve"], there["sigmoid_curve"])
    assert (there["sigmoid_key"] > here["sigmoid_key"]).all()


def test_with_the_bias_of_its_length_the_sum_settles_below_the_bound(compute):
    for spread in (0.0, 1.0, 2.0):
        values = compute(spread=spread, n=4096)
        assert values["sum"] < values["bound"] == math.exp(spread**2 / 2)
        assert values["sum"] > 0.9 * values["bound"]


def test_with_one_bias_for_all_lengths_the_sum_grows_with_n(compute):
    sums = compute(bias="−log 256, whatever n", spread=0.0)["sums"]
    np.testing.assert_allclose(sums[1:] / sums[:-1], 2.0)


def test_the_dot_is_on_the_curve(compute):
    values = compute(n=128)
    assert values["sum_now"][0] == values["sums"][list(values["length"]).index(128)]
