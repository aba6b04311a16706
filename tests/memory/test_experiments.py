"""The reproductions: small runs, and the recorded ones behind the chapters."""

import numpy as np
import pytest
import torch

from attnkit.experiments import experiments
from attnkit.memory import theory
from attnkit.memory.capacity.experiments import capacity_at, trained_sharp_map
from attnkit.memory.capacity.recall import MEMORIES, item_accuracy
from attnkit.memory.forgetting.recorded import measured_snr
from attnkit.memory.reliability.recorded import chain

NAMES = ["memory-capacity", "memory-forgetting", "memory-recall", "memory-reliability"]


def run_first(name):
    experiment = experiments()[name]
    return experiment.run(experiment.cases["quick"][0], seed=0, device="cpu")


@pytest.mark.parametrize("name", NAMES)
def test_a_quick_unit_runs_twice_alike(name):
    first, second = run_first(name), run_first(name)
    assert first == second
    assert all(np.isfinite(np.array(numbers)).all() for numbers in first.values())


def test_capacity_is_found_between_the_rungs():
    assert capacity_at([2, 4, 8], [1.0, 0.95, 0.85]) == pytest.approx(4 * 2**0.5)
    assert capacity_at([2, 4, 8], [1.0, 1.0, 1.0]) == 8
    assert capacity_at([2, 4], [0.5, 0.1]) == 2


@pytest.mark.parametrize("name", MEMORIES)
def test_every_memory_recalls_a_few_orthogonal_pairs(name):
    keys = 3 * torch.eye(4, 8, dtype=torch.float64)
    values = torch.eye(4, 6, dtype=torch.float64)
    assert item_accuracy(MEMORIES[name].recall(keys, keys, values), values) == 1


def test_item_accuracy_counts_items():
    values = torch.eye(4)
    assert item_accuracy(values[[0, 1, 3, 2]], values) == 0.5


def test_training_moves_the_sharp_map():
    sharp = trained_sharp_map(4, steps=3, seed=0)
    assert not torch.equal(sharp.projection, torch.eye(4))
    assert not sharp.projection.requires_grad


def test_recorded_forgetting_follows_the_theory():
    table = measured_snr()
    ages = [int(age) - 1 for age in table["age"]]
    hebb = np.full(len(ages), theory.retrieval_snr(256, 64))
    retention = theory.best_retention(16)
    decaying = [theory.decaying_snr(age, 256, 64, retention) for age in ages]
    slow = theory.delta_snr(256, 64, 0.5)[ages].numpy()
    for name, wanted in (("hebb", hebb), ("decaying", decaying), ("slow-delta", slow)):
        shown = np.asarray(wanted) > 0.02  # below, the mean product is lost in its own noise
        np.testing.assert_allclose(table[name][shown], np.asarray(wanted)[shown], rtol=0.15)


@pytest.mark.parametrize("d_key", [32, 64, 128])
@pytest.mark.parametrize("n_heads", [1, 4])
def test_recorded_chains_follow_the_law(d_key, n_heads):
    noise, bare, cleaned = chain(d_key, n_heads)
    for depth in (1, 4, 8):
        predicted = theory.chain_noise(32, d_key, depth=depth, n_heads=n_heads)
        assert noise[depth - 1] == pytest.approx(predicted, rel=0.1)
        wanted = theory.cleaned_accuracy(32, d_key, depth=depth)
        assert cleaned[depth - 1] == pytest.approx(wanted, abs=0.05)
    assert bare[0] >= bare[-1]
