"""Rows of scores without chance: so many numbers as evenly as a normal density has them."""

import math

import torch
from torch import Tensor

__all__ = ["even_row", "quantile"]


def even_row(n_keys: int, spread: float) -> Tensor:
    """Normal scores (key,) of a spread, rising, float64."""
    shares = (torch.arange(n_keys, dtype=torch.float64) + 0.5) / n_keys
    return spread * quantile(shares)


def quantile(shares: Tensor) -> Tensor:
    """The standard normal score that a share of all scores lies below."""
    return math.sqrt(2) * torch.erfinv(2 * shares - 1)
