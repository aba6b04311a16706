"""Rows of weights: which of them are densities, and the precision they are measured in."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["SUM_TOLERANCE", "Weights", "prepare", "where_density"]

Weights = Float[Tensor, "*shape"]
SUM_TOLERANCE = 0.01
"""How far a density's sum may be from one. Rounding each weight to bfloat16 moves it by 2^-9 at
most, whatever type they are stored in now; rounding 64 weights to three decimals by about 0.002."""


def prepare(weights: Tensor, dim: int = -1) -> Tensor:
    """The weights in at least float32; ValueError unless they have the dimension."""
    if not -weights.ndim <= dim < weights.ndim:
        raise ValueError(f"dim must be a dimension of weights {tuple(weights.shape)}, got {dim}")
    return weights.to(torch.promote_types(weights.dtype, torch.float32))


def where_density(values: Tensor, weights: Tensor, dim: int) -> Tensor:
    """The values, whose last dimensions are the rows, or NaN where a row is not a density."""
    total = weights.sum(dim, dtype=values.dtype)
    is_density = (weights >= 0).all(dim) & ((total - 1).abs() <= SUM_TOLERANCE)
    return values.where(is_density, math.nan)
