"""What the figure of the two layers is there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery
from attnkit.normalisation.catch_tag_release import release_weights
from attnkit.normalisation.catch_tag_release.figures.catch_tag_release import error, separators


@pytest.fixture(scope="module")
def compute():
    return gallery()["catch-tag-release"].compute


def test_sharpness_makes_a_sink_and_the_error_vanish(compute):
    blunt, sharp = compute(sharpness=0.0), compute(sharpness=10.0)
    assert blunt["caught"] == pytest.approx(1 / 16)
    assert sharp["caught"] > 0.999
    assert sharp["error"] < 0.01 < 0.5 < blunt["error"]


def test_without_a_tag_the_sink_stays_and_no_sharpness_helps(compute):
    values = compute(sharpness=20.0, tag_size=0.0)
    assert values["caught"] > 0.999
    assert values["tag"].max() == 0
    assert values["error"] == pytest.approx(values["untagged"][-1])
    assert values["untagged"][1:].min() > 0.5


def test_the_dot_is_on_the_curve(compute):
    values = compute(sharpness=5.0, tag_size=0.5, place=9)
    place = list(values["sharpnesses"]).index(5.0)
    assert values["errors"][place] == pytest.approx(values["error"])


def test_the_error_is_that_of_random_contents():
    """Of independent contents the error is the distance of the weights from those wanted."""
    weights = release_weights(separators(5), 3.0)
    wanted = np.where(np.arange(16) > 5, 0.1, 0.0)
    drawn = np.random.default_rng(0).normal(size=(16, 20_000))
    off = np.linalg.norm((weights.numpy() - wanted) @ drawn) / np.linalg.norm(wanted @ drawn)
    assert error(weights, 5) == pytest.approx(off, rel=0.02)
