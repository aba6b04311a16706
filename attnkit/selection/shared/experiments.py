"""What the references of the room catch of a trained encoder's rows, at equal budgets."""

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.selection.shared.on_real import captured
from attnkit.selection.shared.patterns import best, drawn, near, near_and_ends
from attnkit.selection.shared.references import oracle, window_and_ends
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real

__all__ = ["REFERENCES_REAL"]


def pooled(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """The best pairs of a whole map: its rows share one budget."""
    weights = (queries @ keys.mT).softmax(-1)
    n = weights.shape[-1]
    return oracle(weights.flatten(-2)[..., None, :], n * n_keys)[..., 0, :].unflatten(-1, (n, n))


def columns(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """The same keys for every row: those with the most mass in all."""
    weights = (queries @ keys.mT).softmax(-1)
    return oracle(weights.sum(-2, keepdim=True), n_keys).expand(weights.shape)


def near_and_first(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """The nearest keys and the first."""
    n = queries.shape[-2]
    return window_and_ends(n, n_keys, ends=1).expand(*queries.shape[:-2], n, n)


WAYS = {
    "oracle": best,
    "oracle, one pool": pooled,
    "oracle, same for all rows": columns,
    "window + first + last": near_and_ends,
    "window + first": near_and_first,
    "window": near,
    "random keys": drawn,
}


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each reference and budget what it catches of every head."""
    with torch.no_grad():
        read = capture(real().model, passage(case))
        return {name: captured(read, choose) for name, choose in WAYS.items()}


REFERENCES_REAL = Experiment(
    name="selection-references-real",
    title="What the best keys, random keys and a window catch of seventy-two heads",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
