"""Softmax with what a change of its weights needs: which keys were attended, and how many."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from attnkit.densities import softmax
from attnkit.masks import Mask, require_mask

__all__ = ["Shares", "shares_of"]


class Shares(NamedTuple):
    """Softmax weights in at least float32, the attended keys, and their number in each row."""

    weights: Tensor
    attended: Tensor
    n_attended: Tensor


def shares_of(scores: Tensor, dim: int, mask: Mask | None) -> Shares:
    """Softmax of scores; a key is attended unless it is masked or its score is -inf.

    The number is at least one, so that it may divide.
    """
    rows = scores.to(torch.promote_types(scores.dtype, torch.float32))
    weights = softmax(rows, dim, mask)
    attended = scores.detach() > -math.inf
    if mask is not None:
        attended = attended & require_mask(mask, scores.shape, "scores")
    return Shares(weights, attended, attended.sum(dim, keepdim=True).clamp_min(1).to(rows.dtype))
