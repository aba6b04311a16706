"""The figures on kernel scores show what the library computes."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad

from attnkit.densities.kernel.figures import kernel_score
from attnkit.densities.kernel.figures.existence_lab import TAILS, ExponentialPower
from attnkit.densities.values.thinned_gesture import fit, kept_samples
from attnkit.explore import gallery


def values(name, **changes):
    explorable = gallery()[name]
    return explorable.compute(**explorable.defaults | changes)


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0])
def test_density_and_escort_have_mass_one(alpha):
    shown = values("kernel-score", alpha=alpha, preset="three hills")
    for name in ("density", "escort"):
        assert np.trapezoid(shown[name], shown["time"]) == pytest.approx(1.0, abs=0.02)
    if alpha == 2:
        flat = shown["escort"][shown["escort"] > 0]
        np.testing.assert_allclose(flat, 1 / shown["length"], rtol=2e-3)


def test_threshold_cuts_the_score_where_the_intervals_end():
    shown = values("kernel-score", preset="ups and downs", alpha=2.0)
    score = shown["amplitude"] * shown["shape"]
    drawn = shown["support"].reshape(-1, 3)[: int(shown["n_intervals"])]
    for low, high, gap in drawn:
        assert math.isnan(gap)
        for end in (low, high):
            if 0 < end < 1:
                at = np.interp(end, shown["time"], score)
                assert at == pytest.approx(shown["threshold"], abs=0.02)
    assert np.isnan(shown["support"][3 * len(drawn) :]).all()
    held = ~np.isnan(shown["inside"])
    np.testing.assert_array_equal(held, shown["density"] > 0)


def test_free_coefficients_are_added_to_the_shape():
    plain, lifted = (values("kernel-score", width=0.05, lift_5=x) for x in (0.0, 1.0))
    assert lifted["n_intervals"] == plain["n_intervals"] + 1
    changed = lifted["shape"] - plain["shape"]
    peak = plain["time"][np.argmax(changed)]
    assert peak == pytest.approx(0.06 + 4 * 0.88 / 7, abs=0.01)


def test_the_estimated_error_does_not_depend_on_the_others_of_a_batch():
    rough = {"preset": "two hills", "amplitude": 0.0, "width": 0.05, "alpha": 1.5}
    smooth = rough | {"preset": "one hill", "amplitude": 10.0}
    together = kernel_score.compute_many([rough, smooth])
    for setting, shown in zip((rough, smooth), together, strict=True):
        assert shown["error"] == pytest.approx(kernel_score.compute(**setting)["error"], rel=1e-3)
    assert together[0]["error"] > together[1]["error"]


def test_dividing_moves_with_a_constant_and_the_others_do_not():
    here, there, nowhere = (values("three-normalisations", shift=s) for s in (0.0, 5.0, -5.0))
    for name in ("threshold", "after"):
        np.testing.assert_allclose(here[f"density_{name}"], there[f"density_{name}"], atol=1e-9)
    assert abs(here["density_divided"] - there["density_divided"]).max() > 0.1
    assert np.isnan(nowhere["density_divided"]).all()
    assert math.isnan(nowhere["objective_divided"])
    assert not math.isnan(nowhere["objective_threshold"])


@pytest.mark.parametrize("name", ["threshold", "divided", "after"])
@pytest.mark.parametrize("alpha", [1.25, 2.0])
def test_each_density_is_zero_exactly_below_its_line(alpha, name):
    shown = values("three-normalisations", alpha=alpha)
    score = shown["amplitude"] * shown["shape"] + shown["shift"]
    np.testing.assert_array_equal(shown[f"density_{name}"] > 0, score > shown[f"level_{name}"])


def test_the_three_are_one_at_alpha_one():
    shown = values("three-normalisations", alpha=1.0, shift=2.0)
    for name in ("divided", "after"):
        np.testing.assert_allclose(shown[f"density_{name}"], shown["density_threshold"])
    assert math.isnan(shown["level_divided"])


@pytest.mark.parametrize("domain", ["interval", "whole line"])
def test_kinks_are_where_the_drawn_density_starts_and_stops(domain):
    shown = values("quadrature-convergence", domain=domain, amplitude=5.0, alpha=2.0)
    kinks = shown["kinks"][~np.isnan(shown["kinks"])]
    assert len(kinks) == shown["n_kinks"] > 0
    edges = np.flatnonzero(np.diff((shown["density"] > 0).astype(int)))
    step = shown["place"][1] - shown["place"][0]
    np.testing.assert_allclose(kinks, shown["place"][edges], atol=step)


def test_the_order_is_told_only_where_there_is_one():
    assert math.isnan(values("quadrature-convergence", amplitude=0.2)["order"])
    assert values("quadrature-convergence", amplitude=5.0)["order"] == pytest.approx(2, abs=0.2)


@pytest.mark.parametrize("power", [power for power in TAILS.values() if power > 0])
def test_base_densities_have_mass_one(power):
    base = ExponentialPower(power)
    half, _ = quad(lambda t: base.log_prob(torch.tensor(t)).exp().item(), 0, math.inf, limit=200)
    assert 2 * half == pytest.approx(1.0, abs=1e-5)


def test_breaking_the_rule_turns_the_boundary_safe_and_the_integral_does_not_care():
    setting = {"growth": 4.0, "tail": "normal", "norm": 0.6, "alpha": 1.0}
    proved, broken = (
        values("existence-lab", rule=rule, **setting)
        for rule in ("as proved", "the boundary counts as safe")
    )
    assert math.isnan(proved["here_yes"][0])
    assert proved["here_no"] == 2.0
    assert broken["here_yes"] == 2.0
    assert np.isnan(broken["depends_growth"]).all()
    assert not np.isnan(proved["depends_growth"]).all()
    np.testing.assert_array_equal(proved["log_mass"], broken["log_mass"])
    assert proved["log_mass"][-1] > 900


def test_a_sparse_density_exists_where_softmax_has_none():
    shown = values("existence-lab", alpha=2.0, growth=4.0, tail="normal", norm=0.6)
    assert shown["here_yes"] == 2.0
    assert shown["at_thousand"] == pytest.approx(shown["at_hundred"], abs=1e-9)


def test_the_spline_that_a_figure_reads_is_the_fitted_function():
    points = torch.rand(10007, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    fitted = fit(*kept_samples(0.2))
    assert torch.allclose(kernel_score.signal_at(points), fitted(points), rtol=0, atol=1e-10)
