"""How symmetric a trained encoder's scores are, and what it says where they are made so."""

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.structure.minimal.minimal import symmetric_share
from attnkit.trained import capture, intervene
from attnkit.trained.experiments.common import (
    SOURCE,
    embedding,
    every_passage,
    passage,
    real,
    rounded,
)

__all__ = ["REAL_SYMMETRY", "matrix_shares"]

CHANGES = {
    "symmetric": lambda scores: (scores + scores.mT) / 2,
    "turned round": lambda scores: scores.mT,
    "uniform": torch.zeros_like,
}


def matrix_shares() -> Tensor:
    """Symmetric share (layer, head) of each head's query matrix times its key matrix."""
    found = []
    for layer in real().model.encoder.layer:
        own = layer.attention.self
        n_heads = own.num_attention_heads
        queries, keys = (
            each.weight.detach().unflatten(0, (n_heads, -1)) for each in (own.query, own.key)
        )
        found.append(symmetric_share(queries.mT @ keys))
    return torch.stack(found)


def run(case: dict, *, seed: int, device: str) -> dict:
    """Shares of the matrices, and one minus the cosine to the usual embedding after a change."""
    tokens = passage(case)
    usual = embedding(capture(real(), tokens).hidden)
    found: dict = {"moved": {}}
    for name, changed in CHANGES.items():

        def change(layer: int, made: object, changed=changed) -> tuple:
            return changed(made.scores).softmax(-1), made.values

        found["moved"][name] = rounded(1 - embedding(intervene(real(), tokens, change)) @ usual)
    if case["passage"] == 3:
        found["shares"] = rounded(matrix_shares())
    return found


REAL_SYMMETRY = Experiment(
    name="structure-minimal-real",
    title="Symmetry of a trained encoder's scores",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
