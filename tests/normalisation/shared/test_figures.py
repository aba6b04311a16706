"""What the figures of the room's story are there to show."""

import math

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def silent():
    return gallery()["who-can-be-silent"].compute


def test_softmax_does_not_hear_the_level_and_the_others_do(silent):
    values = silent(spread=1.0, n=64)
    reads = {name: values[f"{name}_read"] for name in ("softmax", "plus_one", "sigmoid")}
    np.testing.assert_allclose(reads["softmax"], reads["softmax"][0], rtol=1e-12)
    for name in ("plus_one", "sigmoid"):
        assert (np.diff(reads[name]) > 0).all()
        assert reads[name][0] < 0.01 * reads["softmax"][0]
    assert (reads["plus_one"] < reads["softmax"]).all()


def test_equal_scores_are_read_at_their_closed_forms(silent):
    values = silent(level=0.0, spread=0.0, n=256)
    assert values["read_here"] == pytest.approx(
        [1 / 16, 16 / 257, 16 / 257]  # softmax plus one and the sigmoid agree there
    )
    assert values["sigmoid_sum"] == pytest.approx(256 / 257)
    raised = silent(level=4.0, spread=0.0, n=256)
    assert raised["sigmoid_sum"] == pytest.approx(256 / (1 + 256 * math.exp(-4)))
    assert raised["softmax_sum"] == pytest.approx(1.0)


def test_the_dots_are_on_the_curves(silent):
    values = silent(level=-3.0)
    at = list(values["level_axis"]).index(-3.0)
    on_curves = [values[f"{name}_read"][at] for name in ("softmax", "plus_one", "sigmoid")]
    np.testing.assert_allclose(values["read_here"], on_curves)


def test_the_plane_tells_who_keeps_the_sum():
    plane = gallery()["sum-or-no-sum"]
    names = [name for mark in plane.panels[1].marks for name in getattr(mark, "names", ())]
    values = plane.compute(gap=0.0, spread=1.0, n=2048)
    sums = dict(zip(names, [*values["own_sum"], *values["other_sum"]], strict=True))
    assert sums["softmax"] == pytest.approx(1.0)
    assert sums["normalised sigmoid"] == pytest.approx(1.0)
    assert sums["softmax plus one"] < 1.0
    assert 1.6 < sums["sigmoid attention"] < math.exp(0.5)
    assert sums["sigmoid without bias"] > 500
