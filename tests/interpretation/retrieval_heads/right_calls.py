"""Right calls of retrieval scores, their chance, and the model, for `tests.fuzz`."""

import torch

from attnkit.interpretation.retrieval_heads import (
    InductionModel,
    hidden_needles,
    permuted_scores,
    repeated_sequences,
    retrieval_chance,
    retrieval_scores,
    share_above,
    write_on,
)
from tests.fuzz import Call


def evidence():
    return {
        "weights": torch.rand(3, 2, 5, 7),
        "tokens": torch.randint(4, (3, 7)),
        "written": torch.randint(4, (3, 5)),
        "needle": torch.rand(3, 7) < 0.5,
    }


def drawn(**sizes):
    return {**sizes, "vocabulary": 11, "generator": torch.Generator()}


def model():
    return InductionModel(11, 6, 2, reach=5)


def read():
    return {"tokens": torch.randint(11, (3, 5)), "kept": torch.ones(2, 2, dtype=torch.bool)}


CALLS = [
    Call(retrieval_scores, evidence),
    Call(retrieval_chance, evidence),
    Call(permuted_scores, lambda: evidence() | {"n_draws": 2, "generator": torch.Generator()}),
    Call(share_above, lambda: {"found": torch.rand(3), "drawn": torch.rand(5, 3)}),
    Call(
        repeated_sequences,
        lambda: drawn(n_sequences=3, n_tokens=13, periods=(3, 7)),
    ),
    Call(hidden_needles, lambda: drawn(n_sequences=3, haystack=7, size=3)),
    Call(
        InductionModel,
        lambda: {"vocabulary": 11, "width": 6, "n_heads": 2, "reach": 5},
        then={"forward": read},
        means={"kept": {"none"}},
    ),
    Call(write_on, lambda: {"model": model(), "n_steps": 3, **read()}, means={"kept": {"none"}}),
]
