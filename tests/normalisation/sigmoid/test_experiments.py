"""What the page on sigmoid attention says of the toy and of the encoder, and quick runs of both."""

import math
from functools import cache

import pytest
import torch

from attnkit.experiments import load
from attnkit.normalisation.sigmoid.experiments import (
    BIASES,
    POST_HOC,
    REPLACEMENTS,
    SIGMOID_BIAS_TOY,
)
from tests.trained.models import needs_encoder


@cache
def toy(bias):
    units = load("normalisation-sigmoid-bias")["units"]
    (found,) = (unit["result"] for unit in units if unit["case"]["bias"] == bias)
    return found


@cache
def replaced(weights):
    units = load("normalisation-post-hoc")["units"]
    (found,) = (unit["result"] for unit in units if unit["case"]["weights"] == weights)
    return found


def mean(numbers):
    return sum(numbers) / len(numbers)


def test_a_bias_near_minus_log_n_learns_best():
    assert BIASES[3] == pytest.approx(-math.log(16), abs=1e-4)
    losses = {bias: mean(toy(bias)["loss"]) for bias in BIASES}
    best = sorted(losses, key=losses.get)[:2]
    assert set(best) == {-2.0, BIASES[3]}
    assert max(losses[bias] for bias in best) < 0.002
    assert losses[-4.0] < losses[-6.0] < losses[-8.0]
    assert losses[BIASES[3]] < losses[-4.0]


def test_without_a_bias_four_heads_of_five_are_not_there_yet():
    assert sum(loss > 0.1 for loss in toy(0.0)["loss"]) == 4
    assert sum(total > 1 for total in toy(0.0)["row_sum"]) == 4


def test_the_encoder_needs_each_row_s_own_partition():
    lost, kept = replaced("b = −log n"), replaced("b = −logsumexp")
    assert mean(lost["cosine"]) == pytest.approx(0.12, abs=0.005)
    assert lost["between"] == pytest.approx(0.13, abs=0.005)
    assert mean(kept["cosine"]) == pytest.approx(0.99, abs=0.005)
    assert min(kept["cosine"]) > 0.96 > 0.4 > max(lost["cosine"])
    assert min(lost["row_sum"]) == pytest.approx(0.4, abs=0.05)
    assert max(lost["row_sum"]) == pytest.approx(42, abs=0.5)


def test_one_bias_of_each_row_s_partition_is_softmax_over_one_plus_softmax():
    generator = torch.Generator().manual_seed(0)
    scores = 3 * torch.randn(5, 7, generator=generator, dtype=torch.float64)
    shares = scores.softmax(-1)
    torch.testing.assert_close(REPLACEMENTS["b = −logsumexp"](scores), shares / (1 + shares))


def test_a_unit_of_the_toy_trains_every_head():
    case = SIGMOID_BIAS_TOY.cases["quick"][2]
    before = SIGMOID_BIAS_TOY.run(case | {"steps": 1}, seed=0, device="cpu")
    after = SIGMOID_BIAS_TOY.run(case, seed=0, device="cpu")
    assert len(after["loss"]) == len(after["row_sum"]) == 2
    assert all(late < early for late, early in zip(after["loss"], before["loss"], strict=True))


@needs_encoder
def test_a_quick_run_begins_as_the_recorded_one():
    case = POST_HOC.cases["quick"][0]
    quick = POST_HOC.run(case, seed=0, device="cpu")
    wanted = torch.tensor(replaced("b = −log n")["cosine"][: case["n_passages"]])
    torch.testing.assert_close(torch.tensor(quick["cosine"]), wanted, atol=2e-3, rtol=0)
