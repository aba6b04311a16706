"""A trained encoder whose heads may not look at one distance: what is left of its embedding?"""

import torch

from attnkit.experiments import Experiment
from attnkit.structure.sparse_bert.recorded import OFFSETS
from attnkit.structure.sparse_bert.sparse_bert import kept_offsets
from attnkit.trained import capture, intervene
from attnkit.trained.experiments.common import (
    SOURCE,
    embedding,
    every_passage,
    passage,
    real,
    rounded,
)

__all__ = ["REAL_OFFSETS"]


def without(kept: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """The embedding of a pass in which every head of every layer sees the kept pairs alone."""

    def change(layer: int, made: object) -> tuple:
        return made.scores.masked_fill(~kept, -torch.inf).softmax(-1), made.values

    return embedding(intervene(real(), tokens, change))


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each distance the mass that heads hold there, and what its loss moves.

    As many pairs drawn at random as the diagonal has, none of them on it, and the first column are
    taken out beside.
    """
    tokens, found = passage(case), {"mass": [], "moved": []}
    own, n = capture(real(), tokens), len(tokens)
    usual = embedding(own.hidden)
    for offset in OFFSETS:
        kept = kept_offsets(n, n, [offset])
        found["mass"].append(own.weights.masked_fill(kept, 0).sum(-1).mean())
        found["moved"].append(1 - without(kept, tokens) @ usual)
    generator = torch.Generator().manual_seed(case["passage"])
    drawn = torch.ones(n, n, dtype=torch.bool)
    others = (~torch.eye(n, dtype=torch.bool)).flatten().nonzero()[:, 0]
    drawn.view(-1)[others[torch.randperm(len(others), generator=generator)[:n]]] = False
    first = torch.ones(n, n, dtype=torch.bool)
    first[:, 0] = False
    return {
        "n": n,
        **{name: rounded(torch.stack(each)) for name, each in found.items()},
        "random": rounded(1 - without(drawn, tokens) @ usual),
        "first": rounded(1 - without(first, tokens) @ usual),
    }


REAL_OFFSETS = Experiment(
    name="structure-sparse-bert-real",
    title="A trained encoder without one distance",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
