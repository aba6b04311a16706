"""A small unit of every experiment of the room, twice alike."""

import numpy as np
import pytest

from attnkit.experiments import experiments
from tests.trained.models import needs_encoder

TOYS = ["length-learned-scale", "length-needle"]


def leaves(result):
    if isinstance(result, dict):
        return [leaf for part in result.values() for leaf in leaves(part)]
    return list(np.ravel(result))


def run_first(name):
    experiment = experiments()[name]
    return experiment.run(experiment.cases["quick"][0], seed=0, device="cpu")


@pytest.mark.parametrize("name", TOYS)
def test_a_quick_unit_runs_twice_alike(name):
    first, second = run_first(name), run_first(name)
    assert first == second
    assert np.isfinite(leaves(first)).all()


def test_every_form_of_a_scale_sees_the_same_rows():
    experiment = experiments()["length-learned-scale"]
    cases = [case for case in experiment.cases["quick"] if case["rows"] == "noisy needle"]
    frozen = [experiment.run(case | {"steps": 0}, seed=3, device="cpu") for case in cases]
    assert frozen[0]["scale"] == [1.0, 1.0]
    assert frozen[1]["scale"] == frozen[2]["scale"] == pytest.approx([1.2, 2.0], abs=1e-3)
    assert frozen[1] == frozen[2]


@needs_encoder
def test_a_real_passage_is_read_as_recorded():
    found = run_first("length-real-scales")
    assert found["cosine"]["softmax"] == pytest.approx(1.0, abs=1e-4)
    assert all(cosine < 1 for name, cosine in found["cosine"].items() if name != "softmax")
    entropies = found["entropy"]
    assert entropies["times 2.5"] < entropies["times 1.5"] < entropies["softmax"]
