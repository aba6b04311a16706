"""Each token of a trained encoder listens to a few of its heads, chosen in several ways."""

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.trained import capture, intervene
from attnkit.trained.experiments.common import (
    SOURCE,
    embedding,
    every_passage,
    output_weights,
    passage,
    real,
    rounded,
)

__all__ = ["KEPT", "MIXTURE_REAL", "WAYS"]

KEPT = (9, 6, 3)
"""Heads of twelve that are kept."""


def by_chance(layer: int, made, generator: torch.Generator) -> Tensor:
    """A number drawn for each head and token."""
    return torch.rand(made.queries.shape[:2], generator=generator)


def by_query(layer: int, made, generator: torch.Generator) -> Tensor:
    """The length of the query, which is known before anything is read."""
    return made.queries.norm(dim=-1)


def by_output(layer: int, made, generator: torch.Generator) -> Tensor:
    """The length of what the head reads."""
    return (made.weights @ made.values).norm(dim=-1)


def by_addition(layer: int, made, generator: torch.Generator) -> Tensor:
    """The length of what the head adds to the token."""
    return (made.weights @ made.values @ output_weights()[layer]).norm(dim=-1)


def for_all(layer: int, made, generator: torch.Generator) -> Tensor:
    """The mean of that over the tokens: the same heads for all of them."""
    added = by_addition(layer, made, generator)
    return added.mean(-1, keepdim=True).expand_as(added)


WAYS = {
    "chance": by_chance,
    "query": by_query,
    "output": by_output,
    "added": by_addition,
    "added, one choice for all": for_all,
}


def kept(scores: Tensor, n_kept: int) -> Tensor:
    """One for the heads (head, token) with the highest scores of each token, and zero."""
    best = scores.topk(n_kept, 0).indices
    return torch.zeros_like(scores).scatter(0, best, 1.0)


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each way 1 − cosine of the embedding to its own, at each number of heads kept."""
    tokens, found = passage(case), {}
    with torch.no_grad():
        own = embedding(capture(real().model, tokens).hidden)
        for name, scored in WAYS.items():
            found[name] = []
            for n_kept in KEPT:
                generator = torch.Generator().manual_seed(case["passage"])

                def change(layer, made, scored=scored, n_kept=n_kept, generator=generator):
                    gates = kept(scored(layer, made, generator), n_kept)
                    return made.weights * gates[..., None], made.values

                hidden = intervene(real().model, tokens, change)
                found[name].append(rounded(1 - own @ embedding(hidden)))
    return found


MIXTURE_REAL = Experiment(
    name="structure-mixture-of-heads-real",
    title="A trained encoder whose tokens listen to three quarters, half, a quarter of the heads",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
