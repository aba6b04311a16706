"""A row of sixty-four normal scores with a needle, and eight recent keys at its end."""

import torch
from torch import Tensor

from attnkit.selection.landmark.landmarks import mean_landmarks, true_landmarks
from attnkit.selection.shared.blocks import count_blocks

__all__ = ["LANDMARKS", "NEEDLE", "N_KEYS", "RECENT", "landmarks_of", "needle_row"]

N_KEYS, NEEDLE = 64, 21
RECENT = torch.arange(N_KEYS) >= N_KEYS - 8
LANDMARKS = ("mean", "mean and log B", "log-sum-exp")


def needle_row(height: float, *, seed: int = 0) -> Tensor:
    """Scores of spread one, but for a key of this height."""
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(N_KEYS, generator=generator, dtype=torch.float64)
    scores[NEEDLE] = height
    return scores


def landmarks_of(scores: Tensor, size: int, kind: str) -> Tensor:
    """(..., block): one of `LANDMARKS` over the keys that are not recent."""
    if kind == "log-sum-exp":
        return true_landmarks(scores, size=size, mask=~RECENT)
    found = mean_landmarks(scores, size=size, mask=~RECENT)
    if kind == "mean and log B":
        return found
    starts = torch.arange(count_blocks(N_KEYS, size)) * size
    many = (int((~RECENT).sum()) - starts).clamp(1, size)
    return found - many.to(found.dtype).log()
