"""The claim on attention entropy maximisation and what its page and figure say of the seeds."""

import numpy as np
import pytest

from attnkit.concentration.aem import claims
from attnkit.concentration.aem.figures.entropy_of_a_bag import ENTROPY_OF_A_BAG
from attnkit.concentration.aem.recorded import FACTORS, SUMMARY, by_factor, shown_bag
from attnkit.experiments import experiments


@pytest.mark.claim("aem-orders-entropies")
@pytest.mark.parametrize("bag", [10, 50, 200])
def test_the_entropy_rises_with_the_factor_in_every_seed(bag):
    entropies = by_factor(bag, "entropy")
    assert entropies.shape == (len(FACTORS), 5)
    assert (np.diff(entropies, axis=0) > 0).all()
    assert entropies[-1].min() > 0.97


@pytest.mark.claim("aem-orders-entropies")
def test_a_little_costs_no_accuracy_and_much_does():
    measured = claims.aem_orders_entropies()
    none, little, much = (measured[f"accuracy, 200 instances, factor {f}"] for f in ("0", 0.03, 3))
    assert abs(little - none) < 0.01
    assert 0.04 < none - much < 0.09


def test_the_loss_weighs_more_in_larger_bags():
    """From a factor of 0.01: entropy gained, over its largest value."""
    gained = [np.diff(by_factor(bag, "entropy")[:2], axis=0).mean() for bag in (10, 50, 200)]
    assert gained == sorted(gained)


def test_what_the_page_says_of_accuracy():
    small = by_factor(50, "accuracy")
    assert small[2].mean() - small[0].mean() == pytest.approx(0.032, abs=1e-9)
    assert small[2].min() < small[0].max()  # the seeds' ranges overlap
    assert by_factor(10, "accuracy").mean(1).max() < 0.6
    mass = by_factor(200, "positive_mass").mean(1)
    assert mass[0] > 0.8 > 0.2 > mass[-1] > 0.1


def test_the_figure_shows_a_bag_and_all_factors():
    shown = ENTROPY_OF_A_BAG.compute(factor=0.0, bag=10)
    assert np.nansum(shown["weights"]) == pytest.approx(1, abs=1e-3)
    assert (np.diff(shown["weights"][:10]) <= 0).all()
    assert np.isfinite(shown["positive"]).sum() == 1
    assert (shown["worst"] <= shown["accuracy"]).all()
    assert (shown["accuracy"] <= shown["best"]).all()
    assert shown["entropy_now"] == shown["entropy"][0]
    with pytest.raises(ValueError, match="bag and factor must be one of"):
        shown_bag(7, 0.0)


def test_a_quick_unit_runs_twice_alike():
    experiment = experiments()["concentration-aem"]
    case = {"bag": 7, "factor": 0.1, "bags": 6, "steps": 3}
    first, second = (experiment.run(case, seed=1, device="cpu") for _ in range(2))
    assert first == second
    assert sum(first["weights"]) == pytest.approx(1, abs=1e-4)


def test_what_is_packaged_is_what_was_recorded():
    assert SUMMARY.fresh() == dict(SUMMARY)
