import numpy as np
import pytest

from attnkit.random_features.recorded import errors, summarise

CURVES = "random-features-learning-curves"


def test_a_summary_by_hand():
    units = [
        {"case": {"model": "a", "n": 3}, "seed": seed, "result": {"key": error}}
        for seed, error in enumerate((0.1, 0.4, 0.25))
    ]
    table = summarise({"name": CURVES, "units": units})
    assert table == {"key": {"a": {"3": [0.25, 0.1, 0.4]}}}


@pytest.mark.claim("lesson-at-full-size")
def test_the_lesson_holds_over_all_recorded_seeds():
    """d = N = 16, a thousand heads, n = 1,024, bias 4: least and greatest error over seeds."""
    models, sizes, squares = errors(CURVES, "key squared")
    _, _, matches = errors(CURVES, "rectified match")
    at = int(np.flatnonzero(sizes == 1024)[0])
    row = {name: place for place, name in enumerate(models)}
    least, greatest = 1, 2
    assert squares[row["attention"], at, greatest] < 0.2
    assert squares[row["mlp"], at, least] > 0.9
    assert squares[row["deep sets"], at, greatest] < 0.2
    assert matches[row["biased attention"], at, greatest] < 0.03
    assert matches[row["attention"], at, least] > 0.4
    assert matches[row["attention"], at, greatest] < 0.55
