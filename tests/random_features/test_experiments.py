import pytest
import torch

from attnkit.experiments import experiments, run
from attnkit.random_features import RandomFeatureModel
from attnkit.random_features.experiments import (
    CONVERGENCE,
    DEFAULTS,
    HEADS,
    LENGTH,
    VOWELS,
    held_out_errors,
)
from attnkit.random_features.suite import LABELS, MODELS, make_model, powers, targets
from tests.random_features.reference import sphere_tokens

SMALL = {**DEFAULTS, "n_heads": 40, "width": 5, "n_keys": 3, "n": 64}


def test_the_suite_is_consistent():
    assert list(targets(5)) == list(LABELS)
    assert set(powers(5, 3)) < set(LABELS)
    queries, keys = sphere_tokens(7, 3, 5)
    for name in (*MODELS, "biased softmax attention"):
        model = make_model(name, n_heads=11, width=5, bias_scale=4.0, generator=torch.Generator())
        assert isinstance(model, RandomFeatureModel)
        assert model.features(queries, keys).shape == (7, 66)


def test_every_experiment_of_the_room_is_found():
    names = [name for name in experiments() if name.startswith("random-features-")]
    assert len(names) == 6


@pytest.mark.parametrize("experiment", [HEADS, LENGTH, CONVERGENCE], ids=lambda e: e.name)
def test_the_quick_scale_runs(experiment):
    result = run(experiment, scale="quick", seeds=1, progress=lambda units, **_: units)
    assert len(result["units"]) == len(experiment.cases["quick"])


def test_the_vowels_run_with_baselines_and_a_learner():
    pytest.importorskip("aeon")
    pytest.importorskip("sklearn")
    for learner in ("attention", "linear", "query as answer"):
        case = {"task": "forecast", "learner": learner, "n_heads": 50}
        assert 0.0 < VOWELS.run(case, seed=0, device="cpu")["error"] < 0.5


def test_a_unit_is_reproducible_and_seeds_differ():
    first, again = (held_out_errors(SMALL, seed=0, device="cpu") for _ in range(2))
    assert first == again
    assert first != held_out_errors(SMALL, seed=1, device="cpu")


@pytest.mark.claim("lesson-at-full-size")
def test_the_lesson_at_full_size():
    """d = N = 16, M = 1,000, n = 1,024, bias 4, one seed: what the recorded seeds show."""
    errors = {
        name: held_out_errors({**DEFAULTS, "model": name, "n": 1024}, seed=7, device="cpu")
        for name in ("attention", "biased attention", "mlp", "deep sets")
    }
    assert errors["attention"]["key squared"] < 0.2
    assert errors["mlp"]["key squared"] > 0.9
    assert abs(errors["deep sets"]["key squared"] - errors["attention"]["key squared"]) < 0.06
    assert errors["biased attention"]["rectified match"] < 0.03
    assert 0.4 < errors["attention"]["rectified match"] < 0.55
    assert errors["biased attention"]["key squared"] > 1.5 * errors["attention"]["key squared"]
