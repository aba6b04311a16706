"""The claims on softplus attention, on more rows than they measure; and what was recorded."""

import math

import pytest
import torch

from attnkit.densities import softmax
from attnkit.experiments import experiments, load
from attnkit.length.softplus import claims, reweighted_softplus_weights, softplus_weights
from attnkit.length.softplus.experiments.needle import MAPS, WIDTH, needle_cosines, scale
from attnkit.length.softplus.limits import highest_lssa_weight, lssar_limit


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.claim("lssa-disperses")
@pytest.mark.parametrize("n_keys", [64, 1024, 16384])
def test_lssa_stays_below_its_bound_over_seeds(n_keys):
    for seed in range(5):
        cosines = claims.rows(n_keys, 1.0, seed=seed)
        cosines[:, 1:] -= cosines[:, 1:].mean(-1, keepdim=True).clamp_max(0)  # as the bound asks
        weights = softplus_weights(scale(cosines) * cosines)[:, 0]
        assert (weights < highest_lssa_weight(n_keys, WIDTH)).all()
    measured = claims.lssa_disperses()
    assert measured["n = 1024"] < 0.02
    assert measured["n = 16384"] < 0.0013


def test_the_bound_is_reached_by_rivals_that_are_all_square_to_the_query():
    cosines = torch.zeros(1, 509, dtype=torch.float64)
    cosines[:, 0] = 1
    weight = softplus_weights(scale(cosines) * cosines)[0, 0].item()
    assert weight == pytest.approx(highest_lssa_weight(509, WIDTH), rel=1e-12)


@pytest.mark.claim("softplus-scale")
def test_a_factor_on_the_scores_moves_softmax_and_leaves_lssar():
    measured = claims.softplus_scale()
    assert measured["LSSAR"] < 0.03
    assert measured["softmax"] > 0.5
    for seed in range(3):
        cosines = claims.rows(4096, 0.6, seed=seed)
        for factor in (0.5, 8.0):
            one, other = (
                reweighted_softplus_weights(f * scale(cosines) * cosines)[:, 0].mean()
                for f in (1.0, factor)
            )
            assert abs(one - other) < 0.03
        assert softmax(0.5 * scale(cosines) * cosines)[:, 0].mean() < 0.7


@pytest.mark.claim("lssar-power")
@pytest.mark.parametrize(("n_keys", "within"), [(1024, 0.01), (16384, 0.05), (262_144, 0.1)])
def test_lssar_follows_its_limit(n_keys, within):
    weights = torch.cat(
        [
            reweighted_softplus_weights(scale(c) * c)[:, 0]
            for c in (claims.rows(n_keys, 0.6, seed=seed) for seed in range(3))
        ]
    )
    assert weights.mean().item() == pytest.approx(lssar_limit(n_keys, 0.6, WIDTH), abs=within)


@pytest.mark.claim("lssar-power")
def test_the_needle_is_lost_at_a_length_of_its_own():
    shares = [lssar_limit(2, c, WIDTH) for c in (0.6, 0.9)]
    lost_at = [2 * weight / (1 - weight) for weight in shares]
    assert lost_at[0] == pytest.approx(214_000, rel=0.01)
    assert lost_at[1] == pytest.approx(1.46e8, rel=0.01)


def sharpened(n_keys, cosine, power):
    cosines = claims.rows(n_keys, cosine, seed=1)
    return reweighted_softplus_weights(scale(cosines) * cosines, power)[:, 0].mean().item()


def test_more_power_helps_a_needle_that_lies_nearest_and_harms_another():
    assert sharpened(262_144, 0.6, 15.0) < 0.55
    assert sharpened(262_144, 0.6, 30.0) > 0.8
    assert sharpened(262_144, 0.45, 15.0) > 2 * sharpened(262_144, 0.45, 30.0)


def test_the_limit_of_a_very_high_power_is_too_low():
    assert sharpened(16384, 0.6, 60.0) > 0.99 > 0.9 > lssar_limit(16384, 0.6, WIDTH, power=60.0)


@pytest.mark.parametrize("offset", [0.0, 1.0, 1.5])
def test_the_limit_is_that_of_a_ramp_on_drawn_directions(offset):
    keys = needle_cosines(128, 1021, 0.5, generator(1)).double()
    ramp = keys.clamp_min(0)
    above = (ramp / ramp[:, 1:].mean(-1, keepdim=True) - offset).clamp_min(0) ** 3
    drawn = (above[:, 0] / above.sum(-1)).mean().item()
    limit = lssar_limit(1021, 0.5, WIDTH, power=3.0, offset=offset)
    assert drawn == pytest.approx(limit, rel=0.02)
    assert lssar_limit(1021, 0.01, WIDTH) == 0


def recorded(cosine, n_keys, name):
    units = load("length-softplus")["units"]
    wanted = {"n_keys": n_keys, "cosine": cosine}
    return [unit["result"][name] for unit in units if unit["case"] == wanted]


def test_recorded_lssar_leads_in_short_rows_and_trails_in_long_ones():
    same = "softmax at the same scale"
    for n_keys in (64, 256, 1024):
        pairs = zip(recorded(0.6, n_keys, "LSSAR"), recorded(0.6, n_keys, same), strict=True)
        assert all(ours > theirs for ours, theirs in pairs)
    pairs = zip(recorded(0.6, 16384, "LSSAR"), recorded(0.6, 16384, same), strict=True)
    assert all(ours < theirs for ours, theirs in pairs)
    assert mean(recorded(0.6, 16384, "LSSAR")) == pytest.approx(0.926, abs=0.001)
    assert mean(recorded(0.6, 16384, same)) == pytest.approx(0.969, abs=0.001)


def test_recorded_needles_near_the_query_are_read_by_either():
    for n_keys in (64, 256, 1024, 4096, 16384):
        for name in ("LSSAR", "softmax at the same scale"):
            assert min(recorded(0.9, n_keys, name)) > 0.99
    assert mean(recorded(0.9, 16384, "softmax")) == pytest.approx(0.047, abs=0.001)
    assert max(recorded(0.9, 16384, "LSSA")) < 0.0011
    assert max(recorded(0.9, 16384, "LSSAR, power 1")) < 0.002
    assert min(recorded(0.9, 16384, "LSSAR, no offset")) > 0.999


def test_recorded_no_map_finds_a_needle_that_is_not_nearest():
    assert max(recorded(0.3, 16384, "nearest")) == 0
    assert max(max(recorded(0.3, 16384, name)) for name in MAPS) < 0.01


def mean(numbers):
    return math.fsum(numbers) / len(numbers)


def test_a_quick_unit_runs_twice_alike():
    experiment = experiments()["length-softplus"]
    case = experiment.cases["quick"][0]
    first, second = (experiment.run(case, seed=0, device="cpu") for _ in range(2))
    assert first == second
