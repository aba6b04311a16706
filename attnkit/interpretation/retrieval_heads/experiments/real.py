"""What a real encoder has of the two kinds of head that copying needs, held to permuted keys."""

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.trained import capture, intervene
from attnkit.trained.experiments.common import (
    SOURCE,
    embedding,
    every_passage,
    passage,
    real,
    rounded,
)

__all__ = ["REAL", "REPEATING", "relations"]

N_DRAWS = 20
REPEATING = ((2, 9), (1, 1), (0, 8))
"""The heads, layer and number from 0, that look most at the same word elsewhere."""
BESIDE = ((2, 8), (1, 0), (0, 7))
"""Others of the same layers."""


def relations(tokens: Tensor) -> dict[str, Tensor]:
    """Which key (query, key) is the one before, the one after, the same word, or follows it."""
    place = torch.arange(len(tokens))
    other = place[:, None] != place
    same = (tokens[:, None] == tokens) & other
    follows = torch.zeros_like(same)
    follows[:, 1:] = same[:, :-1]
    return {
        "previous": place[:, None] - 1 == place,
        "next": place[:, None] + 1 == place,
        "same": same,
        "follows": follows & other,
    }


def looks(top: Tensor, relation: Tensor) -> Tensor:
    """Share (layer, head) of the rows that have such a key and look most at one."""
    rows = relation.any(-1)
    place = torch.arange(len(relation))
    return relation[place, top][..., rows].double().mean(-1)


def highest_by_chance(top: Tensor, relation: Tensor, generator: torch.Generator) -> float:
    """The highest share of any head when the keys are put in a random order, of twenty draws."""
    found = []
    for _ in range(N_DRAWS):
        order = torch.randperm(len(relation), generator=generator)
        found.append(looks(top, relation[:, order]).max().item())
    return max(found)


def moved(tokens: Tensor, heads: tuple[tuple[int, int], ...]) -> float:
    """Cosine of the passage's embedding without these heads to the usual one."""

    def change(layer, made):
        gone = [head for at, head in heads if at == layer]
        return made.weights, made.values.index_fill(0, torch.tensor(gone, dtype=torch.int64), 0.0)

    usual = embedding(capture(real().model, tokens).hidden)
    return rounded(usual @ embedding(intervene(real().model, tokens, change)))


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each relation the shares of the 72 heads, their mean by chance, and the highest of it."""
    tokens = passage(case)
    generator = torch.Generator().manual_seed(case["passage"])
    top = capture(real().model, tokens).weights.argmax(-1)
    result: dict = {"n": len(tokens)}
    for name, relation in relations(tokens).items():
        rows = relation.any(-1)
        if rows.any():
            result[name] = {
                "rows": int(rows.sum()),
                "shares": [rounded(layer, 3) for layer in looks(top, relation)],
                "chance": rounded(relation[rows].double().mean()),
                "highest": rounded(highest_by_chance(top, relation, generator), 3),
            }
    cosines = {"repeating": moved(tokens, REPEATING), "beside": moved(tokens, BESIDE)}
    return result | {"cosine": cosines}


REAL = Experiment(
    name="interpretation-retrieval-heads-real",
    title="Heads that look one back, one ahead, at the same word, and behind it, with their chance",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
