"""What the figure of the needle and the row's length is there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def compute():
    return gallery()["needle-and-length"].compute


def test_at_one_over_the_gap_the_needle_keeps_a_half(compute):
    values = compute(scale=0.25, gap=4.0, spread=0.0)
    lengths = values["length"]
    np.testing.assert_allclose(values["ssmax"], lengths / (2 * lengths - 1), atol=1e-5)
    assert (np.diff(compute(scale=0.17, gap=4.0, spread=0.0)["ssmax"]) < 0).all()
    assert (np.diff(compute(scale=0.43, gap=4.0, spread=0.0)["ssmax"]) > 0).all()


def test_beyond_the_dashed_curve_a_larger_scale_helps_nobody(compute):
    mild, sharp = (compute(scale=scale, gap=3.0, spread=1.0) for scale in (0.43, 1.0))
    assert sharp["highest"][-1] < 1e-9
    assert sharp["ssmax"][-1] < mild["ssmax"][-1] < 0.001


def test_the_entropy_leaves_its_law_at_the_freezing_spread(compute):
    for n in (256, 262_144):
        values = compute(n=n, scale=0.25, spread=1.0)
        here = list(values["length"]).index(n)
        error = values["entropy_ssmax"][here] - values["law_ssmax"][here]
        assert (error < 0.05) == (values["spread_now"] < 0.6 * values["freezing"])
    softmax = compute(spread=0.5)
    assert np.abs(softmax["entropy_softmax"] - softmax["law_softmax"])[2:].max() < 0.01


def test_the_dots_are_on_their_curves(compute):
    values = compute(n=4096)
    here = list(values["length"]).index(4096)
    assert values["ssmax_now"] == values["ssmax"][here] == values["ssmax_weight"]
    assert values["softmax_now"] == values["softmax"][here]
