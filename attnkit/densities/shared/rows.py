"""Rows of scores as every map of the room takes them: keys last, −inf where none is attended."""

import math

import torch
from torch import Tensor

from attnkit.masks import Mask, require_dimension, require_mask
from attnkit.validate import require_finite

__all__ = ["attended_rows", "back_in_place"]


def attended_rows(scores: Tensor, dim: int, mask: Mask | None) -> Tensor:
    """The scores in at least float32, keys moved last, −inf where the mask leaves one out.

    Raises
    ------
    ValueError
        For a dimension that the scores lack, a mask that does not broadcast to them, NaN or +inf
        among the attended scores.
    """
    dim = require_dimension(dim, scores)
    held = scores
    if mask is not None:
        held = scores.masked_fill(~require_mask(mask, scores.shape, "scores"), -math.inf)
    rows = (held if scores.ndim else held[None]).movedim(dim, -1)
    require_finite("scores", rows, allow_minus_inf=True)
    return rows.to(torch.promote_types(scores.dtype, torch.float32))


def back_in_place(weights: Tensor, scores: Tensor, dim: int) -> Tensor:
    """Weights (..., key) in the shape and dtype of the scores that they were made of."""
    return weights.movedim(-1, dim).reshape(scores.shape).to(scores.dtype)
