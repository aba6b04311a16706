"""What the figure of massive activations is there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def compute():
    return gallery()["massive-activations"].compute


def test_amplitude_and_plateau_leave_the_peak_where_it_is(compute):
    first, second = compute(), compute(amplitude=300.0, plateau=90.0)
    assert first["peak_step"] == second["peak_step"]
    np.testing.assert_array_equal(first["shape"], second["shape"])
    assert second["peak_value"] > first["peak_value"]


def test_the_ends_of_the_decay_are_two_regimes(compute):
    gentle, abrupt = compute(decay=0.02, rate=0.0001), compute(decay=1.0)
    assert np.isnan(gentle["peak_at"]).all()
    assert (np.diff(gentle["shape"]) > 0).all()
    assert abrupt["peak_step"] < 2000
    assert abrupt["last_value"] == pytest.approx(20.0, abs=0.01)


def test_the_dot_is_the_top_of_the_curve(compute):
    values = compute()
    assert values["peak_shape"][0] == pytest.approx(values["shape"].max(), rel=1e-3)
    nearest = values["step"][values["shape"].argmax()]
    assert values["peak_at"][0] == pytest.approx(nearest, rel=0.06)
