"""The deformed exponential and logarithm, smooth in alpha down to alpha = 1.

With excess = alpha - 1: exp_(2 - alpha)(x) = [1 + excess x]_+ ^ (1 / excess) and its inverse
(y^excess - 1) / excess, the ordinary pair at alpha = 1 (Naudts 2002, with beta = 2 - alpha).
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["deformed_log", "log_deformed_exp", "normaliser_of"]

_NEAR, _TERMS = 0.05, 12


def log_deformed_exp(x: Float[Tensor, "..."], alpha: float | Tensor) -> Float[Tensor, "..."]:
    """log exp_(2 - alpha)(x); -inf, with zero gradient, where that is zero."""
    depth = -(alpha - 1) * x
    inside = depth < 1
    ratio = _log_ratio(depth.where(inside, 0.0))
    return (x.where(inside, 0.0) * ratio).masked_fill(~inside, -math.inf)


def deformed_log(y: Float[Tensor, "..."], alpha: float | Tensor) -> Float[Tensor, "..."]:
    """(y^(alpha - 1) - 1) / (alpha - 1) for y > 0; log y at alpha = 1."""
    logarithm = y.log()
    return logarithm * _expm1_ratio((alpha - 1) * logarithm)


def normaliser_of(score: Tensor, masses: Tensor, density: Tensor, alpha: float | Tensor) -> Tensor:
    """A in p = exp_(2 - alpha)(f - A), read off at the best node; infinite without mass."""
    best = score.masked_fill(masses <= 0, -math.inf).argmax(-1, keepdim=True)
    height = density.gather(-1, best)
    empty = height <= 0
    logarithm = deformed_log(height.masked_fill(empty, 1.0), alpha)
    return (score.gather(-1, best) - logarithm).masked_fill(empty, math.inf)


def _log_ratio(depth: Tensor) -> Tensor:
    """-log(1 - x) / x for x < 1; by its series for small x, so that derivatives are exact."""
    small = depth.abs() < _NEAR
    low, high = depth.where(small, 0.0), depth.where(~small, 0.5)
    series = torch.zeros_like(depth)
    for degree in range(_TERMS, 0, -1):
        series = low * series + 1 / degree
    return series.where(small, -torch.log1p(-high) / high)


def _expm1_ratio(x: Tensor) -> Tensor:
    """(exp(x) - 1) / x; by its series for small x."""
    small = x.abs() < _NEAR
    low, high = x.where(small, 0.0), x.where(~small, 1.0)
    series = torch.ones_like(x)
    for degree in range(_TERMS, 1, -1):
        series = 1 + low * series / degree
    return series.where(small, torch.expm1(high) / high)
