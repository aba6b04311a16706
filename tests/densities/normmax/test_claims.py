"""The claim on normmax on other seeds, and its figure."""

import numpy as np
import pytest

from attnkit.densities.normmax import claims
from attnkit.explore import gallery


@pytest.mark.claim("normmax-ends")
def test_from_the_best_key_to_equal_shares():
    measured = claims.normmax_ends()
    assert measured["alpha = 1.001"] < 0.01
    assert measured["alpha = 10000"] < 0.01
    for seed in (1, 2):
        (_, low), (_, high) = claims.ends((1.001, 1e4), seed)
        assert max(low, high) < 0.01


def test_the_figure_s_curves_cross_ways():
    values = gallery()["two-alphas"].compute(spread=0.75)
    assert (np.diff(values["normmax_keys"]) > -1e-9).all()
    assert (np.diff(values["entmax_keys"]) < 1e-9).all()
    level = gallery()["two-alphas"].compute(spread=0.0, alpha=3.0)
    np.testing.assert_allclose(level["weight"], 1 / 12)
