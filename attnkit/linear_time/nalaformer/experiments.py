"""Rows of a trained encoder through NaLaFormer's maps: does the norm of a query reach them?"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from attnkit.diagnostics import entropy
from attnkit.experiments import Experiment
from attnkit.linear_time.nalaformer.features import nala_weights, split_power
from attnkit.linear_time.shared.on_real import imitated
from attnkit.linear_time.shared.rows import kernel_weights
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real, rounded

__all__ = ["REAL_ROWS"]


def _split(queries: Tensor, keys: Tensor, power: float = 1.0) -> Tensor:
    """Both signs of queries and keys to one power: no norm of a query is in it."""
    return kernel_weights(split_power(queries, power), split_power(keys, power))


def _centred(queries: Tensor, keys: Tensor) -> Tensor:
    return nala_weights(queries, keys - keys.mean(-2, keepdim=True))


def _rescaled(queries: Tensor, keys: Tensor) -> Tensor:
    """With the mean norm over all heads as the unit, so that tanh is not saturated."""
    return nala_weights(queries / queries.norm(dim=-1).mean(), keys)


MAPS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "uniform": lambda queries, keys: _split(torch.ones_like(queries), torch.ones_like(keys)),
    "ReLU": _split,
    "NaLa": nala_weights,
    "power 3, no norm": lambda queries, keys: _split(queries, keys, 3.0),
    "NaLa, norm over its mean": _rescaled,
    "NaLa, keys centred": _centred,
}


def run(case: dict, *, seed: int, device: str) -> dict:
    """What each map makes of each head; the heads' own entropy, and the norm of their queries."""
    read = capture(real().model, passage(case))
    norms = (read.queries.double() * read.queries.shape[-1] ** -0.25).norm(dim=-1)
    found: dict = {
        "entropy": rounded(entropy(read.weights.double()).mean(-1).flatten()),
        "norm": rounded(norms.mean(-1).flatten()),
        "gate": rounded(norms.tanh().mean()),
    }
    for name, imitate in MAPS.items():
        made = imitated(read, imitate)
        best = made.pop("same_highest")
        made["divergence"] = [_if_finite(number) for number in made["divergence"]]
        found[name] = made | {"same_highest": rounded(sum(best) / len(best))}
    return found


def _if_finite(number: float) -> float | None:
    """None for a head with a key that shares no sign with the query that reads it."""
    return number if math.isfinite(number) else None


REAL_ROWS = Experiment(
    name="linear-time-nalaformer-real",
    title="Rows of a trained encoder through maps that feel a query's norm, and through some deaf",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
