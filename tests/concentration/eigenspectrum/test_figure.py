"""What the figure of the spectrum is there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def compute():
    return gallery()["qk-eigenspectrum"].compute


def test_the_dot_stands_on_its_path_and_near_the_law(compute):
    for trace, spread in ((0.0, 0.0), (5.0, 0.0), (8.0, 0.3)):
        values = compute(trace=trace, spread=spread)
        place = list(values["trace_axis"]).index(trace)
        assert values["entropy"] == pytest.approx(values["path_entropy"][place])
        assert values["cosine"] == pytest.approx(values["path_cosine"][place])
        if values["scale"] < 2:
            assert values["own"] == pytest.approx(values["law"][place], abs=0.03)


def test_each_shaded_corner_is_reached_and_the_middle_is_in_neither(compute):
    flat, between, sharp = (compute(trace=t, spread=0.0) for t in (0.0, 3.0, 12.0))
    assert flat["entropy"] > 0.9
    assert flat["cosine"] > 0.8
    assert 0.1 < between["entropy"] < 0.9
    assert sharp["entropy"] < 0.1
    assert sharp["cosine"] < 0.2


def test_spread_alone_lowers_the_entropy_and_leaves_the_diagonal_dark(compute):
    values = compute(trace=0.0, spread=0.6)
    assert values["entropy"] < 0.35
    assert values["own"] < 0.15
    np.testing.assert_allclose(values["weights"].sum(-1), 1, atol=0.017)
