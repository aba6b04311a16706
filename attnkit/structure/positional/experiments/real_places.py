"""How much of a trained encoder's attention is place alone: other texts' maps in its heads."""

from functools import cache

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.trained import capture, intervene, passages
from attnkit.trained.experiments.common import (
    SOURCE,
    embedding,
    every_passage,
    passage,
    real,
    rounded,
)

__all__ = ["REAL_PLACES"]

LONGEST = 128
"""Longer passages are cut: beyond it there are too few others to take a mean of."""


def cut(tokens: Tensor, n: int) -> Tensor:
    """The first n - 1 tokens and the last, which ends every passage."""
    return torch.cat([tokens[: n - 1], tokens[-1:]])


@cache
def mean_maps(n: int, without: int) -> Tensor:
    """Mean weights (layer, head, query, key) of the other passages that have n tokens, cut to n."""
    texts = [real().tokens(each) for i, each in enumerate(passages()) if i != without]
    others = [cut(each, n) for each in texts if len(each) >= n]
    return sum(capture(real(), each).weights for each in others) / len(others)


def divergence(weights: Tensor, other: Tensor) -> Tensor:
    """Mean over queries of the relative entropy, (layer, head)."""
    logs = weights.clamp_min(1e-30).log() - other.clamp_min(1e-30).log()
    return (weights * logs).sum(-1).mean(-1)


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each head what place explains, and what is left of the embedding with other maps."""
    n = min(len(passage(case)), LONGEST)
    tokens = cut(passage(case), n)
    own, places = capture(real(), tokens), mean_maps(n, case["passage"])
    uniform = torch.full_like(places, 1 / n)
    return {
        "n": n,
        "place": rounded(divergence(own.weights, places)),
        "uniform": rounded(divergence(own.weights, uniform)),
        "moved": rounded(_moved(tokens, own.hidden, places)),
        "moved_uniform": rounded(_moved(tokens, own.hidden, uniform)),
    }


def _moved(tokens: Tensor, hidden: Tensor, maps: Tensor) -> Tensor:
    """One minus the cosine to the usual embedding, with the maps in each layer and in all."""
    usual, n_layers = embedding(hidden), len(maps)
    changed = [{layer} for layer in range(n_layers)] + [set(range(n_layers))]
    found = []
    for layers in changed:

        def change(layer: int, made: object, layers: set = layers) -> tuple | None:
            return (maps[layer], made.values) if layer in layers else None

        found.append(1 - embedding(intervene(real(), tokens, change)) @ usual)
    return torch.stack(found)


REAL_PLACES = Experiment(
    name="structure-positional-real",
    title="Heads that look where others looked in other texts: what is place, and what is content",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
