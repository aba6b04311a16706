"""The claim on hard retrieval, on other seeds than it measures; its figure."""

import pytest

from attnkit.densities.hard_retrieval import claims
from attnkit.explore import gallery


@pytest.mark.claim("mean-of-draws")
@pytest.mark.parametrize("seed", range(5))
def test_draws_have_softmax_s_mean_and_the_best_key_has_not(seed):
    found = claims.mean_of_draws() if seed == 0 else claims.measured(seed=seed)
    assert found["mean of draws"] < found["four deviations of it"] < 0.1
    assert found["best key"] > 5 * found["four deviations of it"]


def test_in_the_figure_draws_close_in_and_the_cold_end_is_the_best_key():
    compute = gallery()["drawn-readouts"].compute
    warm, cold = compute(temperature=1.0, n=1024), compute(temperature=0.05, n=1)
    assert warm["away"][-1] < 0.1 * warm["away"][0]
    assert warm["gap"] > 0.5
    assert cold["gap"] < 1e-3
    assert cold["now_away"] < 0.05
