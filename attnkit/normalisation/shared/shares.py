"""Softmax with what a change of its weights needs: which keys were attended, and how many."""

from typing import NamedTuple

import torch
from torch import Tensor

from attnkit.densities import softmax
from attnkit.masks import Mask, attended_keys

__all__ = ["Shares", "shares_of"]


class Shares(NamedTuple):
    """Softmax weights in at least float32, the attended keys, and their number in each row.

    `attended` is None where every key is.
    """

    weights: Tensor
    attended: Tensor | None
    n_attended: Tensor | int

    def silent(self, changed: Tensor) -> Tensor:
        """Changed weights, with zero for each key that is not attended."""
        return changed if self.attended is None else changed.masked_fill(~self.attended, 0.0)


def shares_of(scores: Tensor, dim: int, mask: Mask | None) -> Shares:
    """Softmax of scores; a key is attended unless it is masked or its score is -inf.

    The number is at least one, so that it may divide.
    """
    rows = scores.to(torch.promote_types(scores.dtype, torch.float32))
    weights, attended = softmax(rows, dim, mask), attended_keys(rows, mask)
    if attended is None:
        return Shares(weights, None, rows.shape[dim] if rows.ndim else 1)
    n_attended = attended.sum(dim, keepdim=True).clamp_min(1)
    return Shares(weights, attended, n_attended.to(rows.dtype))
