"""What the figure of rank collapse is there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def compute():
    return gallery()["rank-collapse"].compute


@pytest.mark.parametrize("mask", ["causal", "causal window 4", "window ±4"])
def test_what_is_left_runs_along_the_law(compute, mask):
    values = compute(mask=mask, depth=64)
    last = np.flatnonzero(values["digits"] > -13)[-1]
    slopes = [np.diff(values[name])[last - 1] for name in ("digits", "law")]
    assert slopes[0] == pytest.approx(slopes[1], abs=0.06)
    assert slopes[1] == pytest.approx(np.log10(values["rate"]))


def test_a_residual_and_a_full_mask_have_no_line(compute):
    assert np.isnan(compute(around="residual")["law"]).all()
    assert np.isnan(compute(mask="full")["law"]).all()


def test_the_tokens_end_in_one_point_of_length_one(compute):
    start, end = compute(depth=0), compute(depth=64)
    assert np.ptp(start["along"]) > 0.5
    np.testing.assert_allclose(end["along"], 1, atol=1e-3)
    np.testing.assert_allclose(end["across"], 0, atol=1e-3)
    assert start["first_along"] == start["along"][:1]


def test_the_dot_is_on_the_curve(compute):
    values = compute(depth=16)
    assert values["digits_now"] == values["digits"][16] == np.log10(values["residual_now"])


def test_likeness_keeps_tokens_apart(compute):
    assert compute(mask="full", beta=2.0, depth=64)["residual_now"] > 0.8
    assert compute(mask="full", beta=0.0, depth=8)["residual_now"] < 1e-12
