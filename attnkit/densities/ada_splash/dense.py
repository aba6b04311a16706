"""Entmax attention as it is defined: from the matrix of all weights."""

import math

import torch
from torch import Tensor

from attnkit.densities.ada_splash.visible import Visible
from attnkit.densities.finite.autograd import density_of

__all__ = ["Inputs", "dense_read", "widened"]

Inputs = tuple[Tensor, Tensor, Tensor]
"""Queries, keys and values (batch, time, feature)."""


def widened(inputs: Inputs) -> Inputs:
    """In at least float32, the queries divided by the root of the width."""
    dtype = torch.promote_types(inputs[0].dtype, torch.float32)
    queries, keys, values = (t.to(dtype) for t in inputs)
    return queries / math.sqrt(max(queries.shape[-1], 1)), keys, values


def dense_read(
    queries: Tensor, keys: Tensor, values: Tensor, alpha: float, visible: Visible
) -> Tensor:
    """Values read from the matrix of all weights, by operations that have every derivative."""
    whole = slice(0, len(queries)), slice(0, queries.shape[1])
    scores = visible.hide(queries @ keys.mT, *whole)
    weights = density_of(scores, alpha) if scores.numel() else scores
    return weights @ values
