"""What the figure of influence is there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def compute():
    return gallery()["miras-influence"].compute


def test_the_pushes_have_the_slopes_that_the_caption_says(compute):
    shown = compute(p=3.0, delta=0.3)
    slopes = {
        name: np.diff(np.log(shown[f"push_{name}"])) / np.diff(np.log(shown["error"]))
        for name in ("squared", "power", "huber")
    }
    np.testing.assert_allclose(slopes["squared"], 1)
    np.testing.assert_allclose(slopes["power"], 2, atol=0.01)
    np.testing.assert_allclose(slopes["huber"][-10:], 0, atol=1e-12)


def test_outliers_carry_the_squared_error_away_and_the_cube_off_the_panel(compute):
    shown = compute(share=0.1, size=20.0, p=3.0, delta=0.3)
    assert shown["power_end"] == 1000
    assert shown["ratio"] > 10
    assert shown["share_of_errors"].sum() == pytest.approx(1)
    assert shown["share_of_errors"][shown["bin"] > 10].sum() == pytest.approx(0.1, abs=0.04)


def test_without_outliers_a_bound_buys_nothing(compute):
    free, tight = (compute(share=0.0, delta=delta) for delta in (3.0, 0.1))
    assert free["ratio"] == pytest.approx(1)
    assert tight["huber_end"] >= free["huber_end"]
