"""Blocks entered by their mean key, for the gallery of the room."""

from functools import partial

from torch import Tensor

from attnkit.selection.landmark.landmark import landmark_keys
from attnkit.selection.landmark.landmarks import mean_landmarks
from attnkit.selection.shared.pattern import Pattern

__all__ = ["LANDMARK", "by_mean_key"]

SIZE = 8


def by_mean_key(queries: Tensor, keys: Tensor, n_keys: int, size: int = SIZE) -> Tensor:
    """Blocks of the highest scores of their mean keys."""
    scores = queries @ keys.mT
    landmarks = mean_landmarks(scores, size=size)
    n_kept = max(round(n_keys / size), 1)
    return landmark_keys(scores, size=size, n_kept=n_kept, landmarks=landmarks)


# Short blocks: a block of eight is all that a short text's row may have.
LANDMARK = Pattern("landmarks", partial(by_mean_key, size=2))
