"""What was recorded of the trained encoder under softplus attention, as the page has it."""

import math
from statistics import fmean, median

import pytest
import torch

from attnkit.experiments import experiments, load
from attnkit.length.softplus.experiments.trained import own_scale
from attnkit.trained import capture
from tests.trained.models import needs_encoder


def recorded():
    return [unit["result"] for unit in load("length-softplus-trained")["units"]]


@pytest.mark.parametrize(
    ("name", "kept"), [("softmax at the same scale", 0.83), ("LSSA", 0.79), ("LSSAR", 0.72)]
)
def test_what_is_left_of_a_sentence(name, kept):
    assert fmean(found[name] for found in recorded()) == pytest.approx(kept, abs=0.006)


def test_trained_heads_have_half_the_scale_of_the_paper_and_theirs_grows_too():
    found = recorded()
    logs = torch.tensor([math.log(each["n"]) for each in found])
    scales = torch.tensor([each["own scale"] for each in found])
    ratios = scales / (math.log(32) * logs)[:, None]
    assert median(ratios.flatten().tolist()) == pytest.approx(0.5, abs=0.03)
    centred = (logs - logs.mean())[:, None]
    slopes = (centred * scales).sum(0) / centred.square().sum()
    assert int((slopes > 0).sum()) == 69


def test_the_own_scale_is_what_stands_before_the_cosine():
    torch.manual_seed(0)
    found = capture(torch.nn.MultiheadAttention(6, 2), torch.randn(5, 6))
    unit = torch.nn.functional.normalize
    cosines = unit(found.queries, dim=-1) @ unit(found.keys, dim=-1).mT
    factors = (found.scores / cosines).flatten(-2).median(-1).values
    torch.testing.assert_close(own_scale(found), factors)


@needs_encoder
@pytest.mark.parametrize("name", ["length-softplus-trained", "length-scales-trained"])
def test_a_passage_is_measured_again_as_it_was_recorded(name):
    experiment = experiments()[name]
    case = experiment.cases["quick"][0]
    again = experiment.run(case, seed=0, device="cpu")
    (before,) = (unit["result"] for unit in load(name)["units"] if unit["case"] == case)
    assert again.keys() == before.keys()
    for measure, numbers in before.items():
        assert again[measure] == pytest.approx(numbers, abs=0.02)
