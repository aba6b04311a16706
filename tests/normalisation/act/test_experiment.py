"""Later sinks are counted on maps whose answer is known, and on two passages."""

import pytest
import torch

from attnkit.experiments import load
from attnkit.normalisation.act import experiments
from tests.trained.models import needs_encoder


def test_later_sinks_do_not_count_the_first():
    even = torch.full((5, 5), 0.2)
    two = torch.tensor([0.0, 0.5, 0.0, 0.5, 0.0]).expand(5, 5)
    none = torch.full((31, 31), 1 / 31)
    assert experiments.later_sinks(torch.stack([even, two])).tolist() == [4, 1]
    assert experiments.later_sinks(none).item() == 0


@needs_encoder
def test_a_quick_unit_agrees_with_the_recorded_passages():
    (case,) = experiments.TRAINED.cases["quick"]
    found = experiments.run_trained(case, seed=0, device="cpu")
    full = load("normalisation-calibration")["units"][0]["result"]
    assert len(found["heads"]) == 6
    assert found["cosine"] == pytest.approx(full["cosine"][: case["n_passages"]], abs=1e-3)
    assert len(full["cosine"]) == 22
