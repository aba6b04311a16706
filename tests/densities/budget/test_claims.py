"""The claim on a budget of keys on other seeds and budgets, and its figure."""

import numpy as np
import pytest

from attnkit.densities.budget import claims
from attnkit.explore import gallery


@pytest.mark.claim("budget-best-keys")
def test_a_lead_of_one_over_excess_takes_the_best_k_whole():
    measured = claims.best_k()
    for name, distance in measured.items():
        assert (distance == 0) == ("gap 1/" in name)
    for seed, k in ((1, 1), (2, 7)):
        assert claims.distance(1.5, 2.0, k, seed=seed) == 0.0
        assert claims.distance(1.5, 1.8, k, seed=seed) > 1e-4


def test_the_figure_counts_its_keys():
    compute = gallery()["budget-of-keys"].compute
    for budget in (0.0, 1.0, 2.5, 12.0):
        values = compute(budget=budget, alpha=1.5, spread=1.5)
        assert values["spent"][-1] == pytest.approx(budget)
        assert values["whole"] + values["shared"] + values["nothing"] == 12
    assert compute(budget=3.0, alpha=1.5, spread=8.0)["shared"] == 0
    widest = gallery()["budget-of-keys"].controls[2].stops[-1]
    for budget in range(1, 13):
        assert compute(budget=float(budget), alpha=1.25, spread=widest)["shared"] == 0
    assert compute(budget=12.0)["whole"] == 12
    assert compute(budget=0.0)["nothing"] == 12
    assert compute(budget=3.0, alpha=1.0, spread=4.0)["nothing"] == 0
    np.testing.assert_allclose(compute(budget=3.0, spread=0.0)["weight"], 0.25)
