"""What the figure of affine weights is there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def compute():
    return gallery()["affine-weights"].compute


def test_the_scale_moves_weights_and_not_their_sum(compute):
    for scale in (0.0, 0.5, 1.0):
        values = compute(scale=scale, mean_scale=0.5)
        assert values["sum"] == pytest.approx(0.5)
        assert (values["share_negative"] > 0) == (scale > 0.5)
        np.testing.assert_allclose(values["own"], 0.5)


def test_a_scale_of_zero_is_a_mean_and_one_and_one_softmax(compute):
    np.testing.assert_allclose(compute(scale=0.0, mean_scale=0.3)["positive"], 0.3)
    values = compute(scale=1.0, mean_scale=1.0)
    np.testing.assert_allclose(values["positive"], values["softmax"])


def test_one_length_for_all_slopes_from_scale_to_mean(compute):
    values = compute(scale=0.9, mean_scale=0.3)
    places = np.arange(1, 25) / 24
    np.testing.assert_allclose(values["fixed"], 0.9 + places * (0.3 - 0.9))
