"""Blocks of a trained encoder's keys: which landmark finds them, and what it lets the row keep."""

from functools import partial

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.selection.landmark.landmark import landmark_keys, landmark_weights
from attnkit.selection.landmark.landmarks import mean_landmarks, true_landmarks
from attnkit.selection.landmark.patterns import SIZE, by_mean_key
from attnkit.selection.shared.bounds import block_bounds
from attnkit.selection.shared.on_real import captured
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real, rounded

__all__ = ["REAL_BLOCKS", "REAL_RECENT", "recent_mass"]

RECENT = 8


def by_bound(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """Blocks of the highest bounds."""
    return _kept(queries, keys, n_keys, block_bounds(queries, keys, size=SIZE))


def by_log_sum_exp(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """Blocks of the most mass."""
    return _kept(queries, keys, n_keys, None)


def _kept(queries: Tensor, keys: Tensor, n_keys: int, landmarks: Tensor | None) -> Tensor:
    n_kept = max(round(n_keys / SIZE), 1)
    return landmark_keys(queries @ keys.mT, size=SIZE, n_kept=n_kept, landmarks=landmarks)


WAYS = {
    "mean key, blocks of 8": by_mean_key,
    "bound, blocks of 8": by_bound,
    "log-sum-exp, blocks of 8": by_log_sum_exp,
    "mean key, blocks of 4": partial(by_mean_key, size=4),
    "mean key, blocks of 16": partial(by_mean_key, size=16),
}


def run(case: dict, *, seed: int, device: str) -> dict:
    """What each landmark's blocks catch at the room's budgets."""
    read = capture(real().model, passage(case))
    return {name: captured(read, choose) for name, choose in WAYS.items()}


def recent_mass(scores: Tensor) -> dict[str, Tensor]:
    """Weight (...) of the last keys of rows (..., key), if all others stand behind landmarks."""
    n_keys = scores.shape[-1]
    recent = torch.arange(n_keys) >= n_keys - RECENT
    old = {"size": SIZE, "mask": ~recent}
    mean, exact = mean_landmarks(scores, **old), true_landmarks(scores, **old)
    there = torch.arange(mean.shape[-1]) * SIZE
    many = (n_keys - RECENT - there).clamp(1, SIZE).to(scores.dtype)
    given = {"log-sum-exp": exact, "mean and log B": mean, "mean": mean - many.log()}
    return {
        name: landmark_weights(scores, size=SIZE, recent=recent, landmarks=landmarks)[
            ..., recent
        ].sum(-1)
        for name, landmarks in given.items()
    }


def run_recent(case: dict, *, seed: int, device: str) -> dict:
    """For each landmark and head the mean weight of the last eight keys of a row.

    And what blocks of eight catch at a budget of one key in eight, which long passages alone have.
    """
    read = capture(real().model, passage(case))
    scores = read.scores.double()
    found: dict = {"n": scores.shape[-1]}
    for name, mass in recent_mass(scores).items():
        found[name] = rounded(mass.mean(-1).flatten())
    for name, choose in (*WAYS.items(),)[:3]:
        measures = captured(read, choose)["1/8"]
        found |= {f"{name}, {each}": measures[each] for each in ("mass", "density")}
    return found


REAL_BLOCKS = Experiment(
    name="selection-landmark-real",
    title="Mass that blocks of keys catch on a trained encoder, entered by three landmarks",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)

REAL_RECENT = Experiment(
    name="selection-landmark-recent",
    title="Weight of the last eight keys beside landmarks, and what blocks of eight catch",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run_recent,
)
