"""What the figure of the toy is there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def compute():
    return gallery()["where-it-goes"].compute


def test_softmax_among_words_has_nowhere_to_go_and_pays(compute):
    words, marked = compute(first="a word"), compute(first="a mark")
    assert words["on_first"] < 0.3 < 0.9 < marked["on_first"]
    assert words["mean_loss"] > 400 * marked["mean_loss"]
    assert words["on_nothing"] == marked["on_nothing"] == 0


def test_a_slot_takes_what_no_word_does(compute):
    assert compute(weights="key bias")["on_nothing"] > 0.95
    assert compute(weights="sigmoid, b = −log n")["on_nothing"] > 0.95


def test_rows_of_the_map_and_nothing_are_a_whole(compute):
    for weights in ("softmax", "key bias", "softmax plus one", "normalised sigmoid"):
        drawn = compute(weights=weights)["map"]
        np.testing.assert_allclose(drawn.sum(-1), 1.0, atol=0.01)


def test_a_row_that_asks_reads_the_token_before_it(compute):
    values = compute(weights="key bias")
    rows = values["asking"][np.isfinite(values["asking"])].astype(int) - 1
    assert len(rows) > 1
    assert (values["map"][rows, rows - 1] > 0.9).all()
