"""What the page on landmark attention claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.selection.landmark.landmark import landmark_weights
from attnkit.selection.landmark.landmarks import mean_landmarks, true_landmarks
from attnkit.selection.landmark.recorded import long_passages
from attnkit.selection.landmark.toy import LANDMARKS, N_KEYS, RECENT, landmarks_of, needle_row

__all__ = ["WAYS", "exact_landmark", "mean_says_less", "real_blocks", "real_recent"]

WAYS = ("mean key", "bound", "log-sum-exp")


@claim(
    "landmark-is-log-sum-exp",
    source="Derived here from Mohtashami and Jaggi 2023",
    computes=landmark_weights,
)
def exact_landmark() -> dict[str, float]:
    """Largest distance from softmax over 100 rows of 64 keys in blocks of eight, by landmark."""
    generator = torch.Generator().manual_seed(0)
    scores = 2 * torch.randn(100, N_KEYS, generator=generator, dtype=torch.float64)
    found = {}
    for kind in LANDMARKS:
        given = {"size": 8, "recent": RECENT, "landmarks": landmarks_of(scores, 8, kind)}
        away = (landmark_weights(scores, **given) - scores.softmax(-1)).abs().max()
        found[kind] = away.item()
    return found


@claim("mean-says-less", source="Derived here", computes=mean_landmarks)
def mean_says_less() -> dict[str, float]:
    """Mean weight of the eight recent keys of 64 over 200 rows of spread one, by landmark."""
    rows = torch.stack([needle_row(4.0, seed=seed) for seed in range(200)])
    found = {}
    for kind in LANDMARKS:
        given = {"size": 8, "recent": RECENT, "landmarks": landmarks_of(rows, 8, kind)}
        weights = landmark_weights(rows, **given)
        found[kind] = weights[:, RECENT].sum(-1).mean().item()
    gap = true_landmarks(rows, size=8) - mean_landmarks(rows, size=8)
    return found | {"least gap": gap.min().item()}


@claim(
    "landmark-real-blocks",
    source="Measured here on one six-layer encoder",
    computes=landmark_weights,
)
def real_blocks() -> dict[str, float]:
    """Recorded: mass caught at one key in eight, mean over heads, by landmark; and the density."""
    found = {}
    for way in WAYS:
        for name in ("mass", "density"):
            table = long_passages()[f"{way}, blocks of 8, {name}"]
            found[f"{way}, {name}"] = float(table.mean())
    return found


@claim(
    "landmark-real-recent",
    source="Measured here on one six-layer encoder",
    computes=mean_landmarks,
)
def real_recent() -> dict[str, float]:
    """Recorded: weight of the last eight keys, mean over heads, by landmark."""
    return {kind: float(long_passages()[kind].mean()) for kind in LANDMARKS}
