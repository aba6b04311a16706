"""The claim on attention calibration, over seeds and settings."""

import pytest

from attnkit.normalisation.act import claims


@pytest.mark.claim("calibration-factor")
def test_rows_keep_their_sum_and_others_grow_by_one_factor():
    measured = claims.calibration_factor()
    assert measured["furthest sum from one"] < 1e-14
    assert measured["furthest weight from the law"] < 1e-11
    assert measured["largest factor"] > 2


@pytest.mark.claim("calibration-factor")
@pytest.mark.parametrize(("beta", "threshold"), [(0.0, 0.1), (0.4, 0.05), (0.9, 0.3), (1.0, 0.1)])
def test_the_law_holds_over_seeds(beta, threshold):
    for seed in range(3):
        found = claims.furthest_from_law(100, beta, threshold, seed=seed)
        assert found["furthest sum from one"] < 1e-14
        assert found["furthest weight from the law"] < 1e-11
    assert (found["largest factor"] == 1) == (beta == 1)
