"""What the figure of calibrated sinks is there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def compute():
    return gallery()["calibrated-sinks"].compute


def test_the_second_sink_goes_dark_and_rows_keep_their_sums(compute):
    values = compute(beta=0.0)
    assert values["n_flagged"] == 1
    assert np.nanmax(values["after"][:, 7]) == 0
    np.testing.assert_allclose(np.nansum(values["after"], -1), 1)
    grown = values["after"][-1, :7] / values["before"][-1, :7]
    np.testing.assert_allclose(grown, values["factor"][-1])


def test_above_the_first_columns_mean_the_second_sink_stays(compute):
    values = compute(strength=3.0, threshold=0.5, beta=0.0)
    assert values["n_flagged"] == 0
    np.testing.assert_array_equal(values["after"], values["before"])


def test_a_low_threshold_takes_ordinary_keys_for_sinks(compute):
    assert compute(threshold=0.02)["n_flagged"] > 10


def test_at_beta_one_nothing_moves(compute):
    values = compute(beta=1.0)
    np.testing.assert_allclose(values["after"], values["before"])
    assert values["moved"] == pytest.approx(0, abs=1e-12)
