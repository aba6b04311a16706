r"""The alpha family in R^n in its *spread*: the formulas that stay regular at alpha = 1.

A quadratic score ``f(t) = -(t - loc)' S^-1 (t - loc) / 2`` has the density

    p(t) = p(loc) [1 - excess q / 2]_+ ^ r,   q = (t - loc)' C^-1 (t - loc),   r = 1 / excess,

with excess = alpha - 1 and the spread ``C = p(loc)^excess S``. Written in C nothing is singular at
alpha = 1, where C is the covariance, and nothing of size r has to cancel close to it:

    log p(loc) = -(n log(2 pi) + log det S + 2 l) / (2 + n excess)
               = -(n log(2 pi) + log det C) / 2 - l,
    covariance = 2 C / (2 + (n + 2) excess),

with ``l = log Gamma(r + 1) - log Gamma(r + 1 + n / 2) + (n / 2) log r``, zero at alpha = 1.
The family: Martins et al. 2022 (2108.01988). These forms are derived here.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["expm1_ratio", "log_peak", "log_peak_of_spread", "log_profile", "log_volume", "reach"]

# Recurrence steps before the asymptotic series of log Gamma(w + 1/4) - log Gamma(w + 3/4), and
# its coefficients of w^-2, w^-4, ...: 2 E_2n / (4^(2n+1) 2n), with E the Euler numbers.
_STEPS = 12
_SERIES = (-1 / 64, 5 / 2048, -61 / 49152, 1385 / 1048576, -50521 / 20971520)
_SMALL, _N_TERMS = 0.05, 12

# A density of the family has less than 1e-18 of its mass beyond this many spreads on the line.
_FAR = 9.0


def log_peak(
    log_det_scale: Float[Tensor, "*#batch"], excess: Float[Tensor, "*#batch"], n: int
) -> Float[Tensor, "..."]:
    """Log of the density at its location, from log det S and excess = alpha - 1."""
    total = n * math.log(2 * math.pi) + log_det_scale + 2 * log_volume(excess, n)
    return -total / (2 + n * excess)


def log_peak_of_spread(
    log_det_spread: Float[Tensor, "*#batch"], excess: Float[Tensor, "*#batch"], n: int
) -> Float[Tensor, "..."]:
    """Log of the density at its location, from log det C."""
    return -log_volume(excess, n) - (n * math.log(2 * math.pi) + log_det_spread) / 2


def log_profile(
    squared_distance: Float[Tensor, "*#batch"], excess: Float[Tensor, "*#batch"]
) -> Float[Tensor, "..."]:
    """log(1 - excess q / 2) / excess, the density over its peak; -q / 2 at alpha = 1.

    Minus infinity, with zero gradient, outside the support.
    """
    depth = excess * squared_distance / 2
    inside = depth < 1
    ratio = _log_ratio(torch.where(inside, depth, 0.0))
    return torch.where(inside, -torch.where(inside, squared_distance, 0.0) * ratio / 2, -math.inf)


def log_volume(excess: Float[Tensor, "*batch"], n: int) -> Float[Tensor, "*batch"]:
    """l: log of the integral of (1 - excess x'x / 2)^r over its ball, less (n / 2) log(2 pi)."""
    start = _log_volume_of_line(excess) if n % 2 else torch.zeros_like(excess)
    halves = torch.arange(n, 1, -2, dtype=excess.dtype, device=excess.device) / 2
    return start - torch.log1p(halves * excess.unsqueeze(-1)).sum(-1)


def reach(excess: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch"]:
    """Spreads from the location to the edge, or to where the mass beyond is below 1e-16."""
    return (2 / excess.clamp(min=2 / _FAR**2)).sqrt()


def expm1_ratio(x: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch"]:
    """(exp(x) - 1) / x, one at x = 0; by its series for small x, so that derivatives are exact."""
    small = x.abs() < _SMALL
    low, high = torch.where(small, x, 0.0), torch.where(small, 1.0, x)
    series = torch.ones_like(x)
    for degree in range(_N_TERMS, 1, -1):
        series = 1 + low * series / degree
    return torch.where(small, series, torch.expm1(high) / high)


def _log_volume_of_line(excess: Tensor) -> Tensor:
    """log B(1/2, r + 1) - log(pi / r) / 2 with r = 1 / excess.

    Differences of log-gamma cancel for large r; `_STEPS` recurrences and the asymptotic series
    of a ratio of Gamma functions do not.
    """
    steps = torch.arange(1, _STEPS + 1, dtype=excess.dtype, device=excess.device)
    column = excess.unsqueeze(-1)
    recurrences = torch.log1p(0.5 * column / (1 + steps * column)).sum(-1)
    shift = _STEPS + 0.75
    inverse = (excess / (1 + shift * excess)).square()
    series = torch.zeros_like(excess)
    for coefficient in reversed(_SERIES):
        series = inverse * (coefficient + series)
    return recurrences - torch.log1p(shift * excess) / 2 + series


def _log_ratio(depth: Tensor) -> Tensor:
    """-log(1 - x) / x for 0 <= x < 1; by its series for small x, so that derivatives are exact."""
    small = depth < _SMALL
    low, high = torch.where(small, depth, 0.0), torch.where(small, 0.5, depth)
    series = torch.zeros_like(depth)
    for degree in range(_N_TERMS, 0, -1):
        series = low * series + 1 / degree
    return torch.where(small, series, -torch.log1p(-high) / high)
