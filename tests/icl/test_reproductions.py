"""Reproductions: the recorded results hold what the book says; the code runs at a small size."""

import math

import numpy as np
import pytest

from attnkit.experiments import load
from attnkit.icl.experiments import (
    anisotropic,
    emergence,
    grids,
    length,
    lottery,
    recording,
    two_tasks,
)
from attnkit.icl.recorded import recorded_result
from attnkit.icl.theory import debiased_gradient_descent_rate

SMALL = {"n_heads": 2, "n_inits": 2, "steps": 3, "learning_rate": 1e-2, "n_prompts": 50}


def gathered(name: str, key: str, **wanted) -> np.ndarray:
    """One value per initialisation from every unit whose case agrees with `wanted`."""
    units = [u for u in load(name)["units"] if wanted.items() <= u["case"].items()]
    return np.concatenate([np.atleast_1d(u["result"][key]) for u in units])


@pytest.mark.parametrize(
    ("run", "case", "keys"),
    [
        (emergence.run, SMALL, {"emerged", "first_step", "excess_risk", "cpu_s"}),
        (lottery.run, SMALL | {"start": "small"}, {"won", "of", "risks"}),
        (lottery.run, SMALL | {"start": "default", "n_heads": 3}, {"won", "of", "risks"}),
        (grids.run, SMALL | {"n_examples": 7, "noise_variance": 1.0}, {"excess_risk"}),
        (length.run, SMALL | {"test_lengths": [7, 11]}, {"ridge", "softmax, two heads"}),
        (anisotropic.run, SMALL | {"correlation": 0.5}, {"distance", "ridge_risk"}),
        (two_tasks.run, SMALL | {"overlap": 2}, {"risk", "best_risk"}),
        (recording.record_checkpoints, SMALL | {"start": "small"}, {"key_query", "step"}),
        (recording.record_valley, {"scales": [0.1, 0.2], "n_draws": 50}, {"hit", "form"}),
    ],
)
def test_every_reproduction_runs_and_repeats_itself(run, case, keys):
    result = run(case, seed=3, device="cpu")
    assert keys <= set(result)
    again = run(case, seed=3, device="cpu")
    for key in keys - {"cpu_s"}:
        assert result[key] == again[key]


@pytest.mark.claim("heads-become-debiased-descent")
def test_emergence_at_the_papers_setting():
    emerged = gathered("icl-emergence", "emerged", steps=1000).reshape(-1, 32)
    assert len(emerged) >= 3
    assert (emerged.sum(1) >= 30).all()
    kept = emerged.ravel()
    assert np.abs(gathered("icl-emergence", "excess_risk", steps=1000)[kept]).max() < 0.005
    products = gathered("icl-emergence", "sum_of_products", steps=1000)[kept]
    best = debiased_gradient_descent_rate(5, 40, 0.1)
    assert np.abs(products / best - 1).max() < 0.03
    assert gathered("icl-emergence", "zero_sum_ratio", steps=1000)[kept].max() < 0.02


@pytest.mark.claim("sign-lottery")
@pytest.mark.parametrize("n_heads", [2, 3, 4, 6])
def test_the_sign_lottery(n_heads):
    won, of = (
        gathered("icl-lottery", key, start="small", n_heads=n_heads).sum() for key in ("won", "of")
    )
    law = 1 - 2.0 ** (1 - n_heads)
    assert abs(won / of - law) < 4 * math.sqrt(max(law * (1 - law), 0.02) / of)
    default = gathered("icl-lottery", "won", start="default", n_heads=n_heads).sum()
    assert default / of > law


@pytest.mark.claim("normaliser-not-softmax")
def test_length_is_a_matter_of_the_normaliser():
    units = load("icl-length")["units"]
    lengths = units[0]["case"]["test_lengths"]
    longest, trained = lengths.index(400), lengths.index(40)

    def mean(name, place):
        return np.mean([unit["result"][name][place] for unit in units])

    softmax, own, kept = (
        mean(name, longest)
        for name in ("softmax, two heads", "linear, 1/L of the test", "linear, 1/L of training")
    )
    assert abs(softmax - own) < 0.01
    assert kept > 10
    assert (
        abs(mean("linear, 1/L of training", trained) - mean("softmax, two heads", trained)) < 0.01
    )


@pytest.mark.claim("learned-preconditioner")
def test_heads_find_the_preconditioner():
    distance = gathered("icl-anisotropic", "distance")
    assert np.mean(distance < 0.03) >= 0.9
    assert gathered("icl-anisotropic", "best_multiple_of_inverse").min() > 0.05


@pytest.mark.claim("two-tasks-three-heads")
def test_two_tasks_need_three_heads():
    assert gathered("icl-two-tasks", "risk", n_heads=2).min() > 0.23
    assert gathered("icl-two-tasks", "risk", n_heads=3).max() < 0.207


@pytest.mark.claim("two-heads-are-enough")
def test_more_than_two_heads_gain_nothing():
    one = gathered("icl-heads", "excess_risk", n_heads=1)
    assert one.min() > 0.14
    for n_heads in (2, 3, 4, 8):
        assert np.abs(gathered("icl-heads", "excess_risk", n_heads=n_heads)).max() < 0.01


def test_trained_heads_follow_theory_over_length_and_noise():
    units = load("icl-grid")["units"]
    ratios = [np.mean(u["result"]["excess_risk"]) / u["result"]["debiased_risk"] for u in units]
    assert len(units) >= 50
    assert max(ratios) < 0.05


def test_the_recorded_valley_is_exact_at_small_scale():
    case, result = recorded_result("icl-valley")[0]
    scale, hit, form = case["scales"][0], result["hit"][0], result["form"][0]
    assert 2 * scale * hit / form == pytest.approx(
        debiased_gradient_descent_rate(5, 40, 0.1), rel=0.01
    )


def test_the_recorded_checkpoints_tell_the_three_stories():
    stories = {case["start"]: result for case, result in recorded_result("icl-checkpoints")}
    assert stories["balanced"]["emerged"][-1]
    assert stories["balanced"]["excess_risk"][-1] < 0.005
    for start in ("chance", "small"):
        assert not any(stories[start]["emerged"])
        assert stories[start]["excess_risk"][-1] > 0.1
