"""How many pairs every rule and feature map holds, as keys grow wider; and where three part."""

import math

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.memory.capacity.recall import MEMORIES, hebbian_memory, item_accuracy
from attnkit.memory.feature_maps import SharpMap
from attnkit.memory.shared.unit_vectors import unit_vectors

__all__ = ["CAPACITY", "RECALL", "capacity_at", "trained_sharp_map"]

SOURCE = "Qiao 2025 (arXiv:2508.08289), read by its abstracts only; settings are ours"
D_VALUE = 64
LADDER = tuple(round(2 ** (power / 2)) for power in range(2, 23))


def draw(
    n_lists: int, n_pairs: int, d_key: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Lists of standard normal keys and unit values."""
    keys = torch.randn(n_lists, n_pairs, d_key, generator=generator)
    return keys, unit_vectors(n_lists, n_pairs, D_VALUE, generator=generator).float()


def accuracy(recall, n_pairs: int, d_key: int, generator: torch.Generator) -> float:
    """Item accuracy over as many lists as make two thousand items, at most 250."""
    keys, values = draw(min(250, math.ceil(2000 / n_pairs)), n_pairs, d_key, generator)
    return item_accuracy(recall(keys, keys, values), values)


def capacity_at(pairs: list[int], accuracies: list[float], wanted: float = 0.9) -> float:
    """Where the accuracy first falls below `wanted`, between ladder steps by logarithm.

    The last rung where it never does, the first where it does at once.
    """
    for i, score in enumerate(accuracies):
        if score < wanted:
            if i == 0:
                return float(pairs[0])
            share = (accuracies[i - 1] - wanted) / (accuracies[i - 1] - score)
            return pairs[i - 1] * (pairs[i] / pairs[i - 1]) ** share
    return float(pairs[-1])


def climb(recall, d_key: int, most: int, seed: int) -> dict[str, list[float] | float]:
    """Accuracy on longer and longer lists, until it is below one half."""
    generator = torch.Generator().manual_seed(seed)
    pairs, accuracies = [], []
    for n_pairs in (n for n in LADDER if n <= most):
        pairs.append(n_pairs)
        accuracies.append(accuracy(recall, n_pairs, d_key, generator))
        if accuracies[-1] < 0.5:
            break
    return {"capacity": capacity_at(pairs, accuracies), "pairs": pairs, "accuracy": accuracies}


def run_capacity(case: dict, *, seed: int, device: str) -> dict:
    """The list length at which one item in ten is lost."""
    return climb(MEMORIES[case["memory"]].recall, case["d_key"], case["most"], seed)


def trained_sharp_map(d_key: int, *, steps: int, seed: int) -> SharpMap:
    """A sharp map whose projection learned to recall lists of 64 pairs."""
    generator = torch.Generator().manual_seed(10_000 + seed)
    sharp = SharpMap(d_key)
    optimiser = torch.optim.Adam(sharp.parameters(), lr=0.02)
    for _ in range(steps):
        keys, values = draw(4, 64, d_key, generator)
        reads = hebbian_memory(sharp)(keys, keys, values)
        scores = 20 * torch.nn.functional.normalize(reads, dim=-1) @ values.mT
        loss = torch.nn.functional.cross_entropy(scores.flatten(0, 1), torch.arange(64).repeat(4))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return sharp.requires_grad_(False)


def run_recall(case: dict, *, seed: int, device: str) -> dict:
    """Accuracy against list length for one memory."""
    if case["memory"] == "trained":
        recall = hebbian_memory(trained_sharp_map(case["d_key"], steps=case["steps"], seed=seed))
    else:
        recall = MEMORIES[case["memory"]].recall
    return climb(recall, case["d_key"], case["most"], seed)


def _capacity_cases(widths: tuple[int, ...], most: int) -> list[dict]:
    return [
        {"memory": memory, "d_key": d, "most": most}
        for memory in MEMORIES
        for d in widths
        if memory != "taylor" or d <= 64
    ]


def _recall_cases(d_key: int, most: int, steps: int) -> list[dict]:
    memories = ("hebb", "elu", "sharp", "trained", "taylor", "delta", "softmax")
    return [{"memory": m, "d_key": d_key, "most": most, "steps": steps} for m in memories]


CAPACITY = Experiment(
    name="memory-capacity",
    title="Pairs a head recalls with one error in ten, against key width",
    source=SOURCE,
    cases={
        "quick": _capacity_cases((8, 16), 64),
        "full": _capacity_cases((8, 16, 32, 64, 128), 1024),
        "paper": _capacity_cases((8, 16, 32, 64, 128, 256), 2048),
    },
    seeds={"quick": 1, "full": 5, "paper": 5},
    run=run_capacity,
)

RECALL = Experiment(
    name="memory-recall",
    title="Recall against list length: where sums, second order and softmax part",
    source=SOURCE,
    cases={
        "quick": _recall_cases(8, 64, 30),
        "full": _recall_cases(16, 2048, 400),
        "paper": _recall_cases(32, 2048, 1000),
    },
    seeds={"quick": 1, "full": 5, "paper": 5},
    run=run_recall,
)
