"""Random features of a trained encoder's queries and keys: how near its rows they come."""

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.linear_time.performer.directions import orthogonal_directions
from attnkit.linear_time.performer.features import log_features
from attnkit.linear_time.shared.on_real import imitated
from attnkit.linear_time.shared.rows import kernel_weights
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real

__all__ = ["N_FEATURES", "PERFORMER_REAL", "shifted"]

N_FEATURES = (64, 256, 1024)


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each number of features, and each shift of the keys at 256, what `imitated` finds."""
    read = capture(real(), passage(case))
    generator = torch.Generator().manual_seed(1000 * seed + case["passage"])
    made = orthogonal_directions(max(N_FEATURES), read.queries.shape[-1], generator=generator)
    found = {f"{m} features": imitated(read, _imitation(made[:m], "none")) for m in N_FEATURES}
    for shift in ("mean key", "mean key and query"):
        found[f"256, less {shift}"] = imitated(read, _imitation(made[:256], shift))
    return found


def shifted(queries: Tensor, keys: Tensor, shift: str) -> Tensor:
    """Keys (..., key, feature) less their mean, or less that and the mean query."""
    if shift == "none":
        return keys
    moved = keys - keys.mean(-2, keepdim=True)
    return moved if shift == "mean key" else moved - queries.mean(-2, keepdim=True)


def _imitation(directions: Tensor, shift: str):
    def imitate(queries: Tensor, keys: Tensor) -> Tensor:
        asked = log_features(queries, directions)
        kept = log_features(shifted(queries, keys, shift), directions)
        asked = asked - asked.amax(-1, keepdim=True)
        return kernel_weights(asked.exp(), (kept - kept.amax((-2, -1), keepdim=True)).exp())

    return imitate


PERFORMER_REAL = Experiment(
    name="linear-time-performer-real",
    title="Random features beside the softmax rows of a trained encoder, and a shift of the keys",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
