"""Queries of which some ask for one key and the others for nothing, beside a sink of value zero."""

import functools
from typing import NamedTuple

import torch
from torch import Tensor

from attnkit.densities import softmax

__all__ = ["N", "Rows", "errors", "rows"]

N = 16
CONTRAST = 6.0  # the score of what an asking query looks for, above all others


class Rows(NamedTuple):
    """Weights (query, key) with the sink first, what is read and wanted, and who asks for it."""

    weights: Tensor
    read: Tensor
    wanted: Tensor
    asks: Tensor


@functools.cache
def rows(silent: float, sink: float) -> Rows:
    """Queries that each want one key's unit value, and after them those that want nothing."""
    asks = torch.arange(N) < round(N * (1 - silent))
    scores = torch.zeros(N, N + 1, dtype=torch.float64)
    scores[:, 0] = sink
    scores[:, 1:] += CONTRAST * torch.eye(N, dtype=torch.float64) * asks[:, None]
    weights = softmax(scores)
    values = torch.eye(N, dtype=torch.float64)  # as far apart as can be; the sink's is zero
    return Rows(weights, weights[:, 1:] @ values, values * asks[:, None], asks)


def errors(made: Rows, gates: Tensor) -> tuple[Tensor, Tensor]:
    """Length of the error where something is asked for and where not, under gates (..., query)."""
    off = (gates[..., None] * made.read - made.wanted).square().sum(-1)
    n_asking = made.asks.sum()
    asked = off[..., made.asks].sum(-1) / n_asking.clamp_min(1)
    unasked = off[..., ~made.asks].sum(-1) / (N - n_asking).clamp_min(1)
    return asked.sqrt(), unasked.sqrt()
