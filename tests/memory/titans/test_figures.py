"""What the figures on Titans are there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def recall():
    return gallery()["titans-recall"].compute


@pytest.fixture(scope="module")
def order():
    return gallery()["titans-order"].compute


def test_a_longer_chunk_hurts_the_newest_pairs_and_one_chunk_makes_all_alike(recall):
    short, long, whole = (recall(rate=1.0, chunk=size) for size in (1, 32, 64))
    assert short["newest"] > long["newest"] + 0.3
    assert long["oldest"] < short["oldest"] + 0.05
    assert abs(whole["newest"] - whole["oldest"]) < 0.1 < short["newest"] - short["oldest"]


def test_a_little_momentum_lifts_the_middle_and_costs_both_ends_at_a_low_rate(recall):
    plain, pushed = (recall(rate=0.1, momentum=eta, chunk=1) for eta in (0.0, 0.5))
    age, lift = plain["age"], pushed["recall"] - plain["recall"]
    assert (lift[(age > 4) & (age < 31)] > 0.01).all()
    assert lift[0] < -0.05
    assert lift[-1] < -0.03


def test_much_momentum_shakes_a_high_rate_apart(recall):
    assert recall(rate=0.5, momentum=0.8, chunk=1)["mean"] < 0.2
    assert recall(rate=0.5, chunk=1)["mean"] > 0.5


def test_chunks_of_one_are_the_grey_curve_and_forgetting_leaves_the_newest(recall):
    shown = recall(rate=0.5, chunk=1)
    np.testing.assert_array_equal(shown["recall"], shown["delta"])
    faded = recall(rate=0.5, forgetting=0.2, chunk=1)
    assert faded["oldest"] < 0.1 < shown["oldest"]
    assert abs(faded["newest"] - shown["newest"]) < 0.1


def test_only_the_right_order_leaves_the_future_dark(order):
    assert order(segment=6)["leaks"] == 0
    assert (order(segment=6)["future"] == -3).all()
    leaks = [order(order="update first", segment=size)["leaks"] for size in (2, 6)]
    assert leaks == [6, 30]  # every pair within a segment: 12 / s segments of s (s − 1) / 2
