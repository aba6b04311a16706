r"""Weights for 1 <= alpha <= 2: Newton on a norm, with the best key's weight as the unknown.

Write g_i >= 0 for the gap between the best score and score i, a = alpha - 1 and r = 1 / a. Then

    p_i = v_i ^ r,        v_i = [s - a g_i]_+,        s = p_best ^ a  in  [n^-a, 1],

and s is the root of ``||v||_r = 1``. For r >= 1 that norm is a convex, increasing function of s
with slopes between 1 and n^a, so Newton from s = 1 decreases to the root without a bracket:

    s <- s + (M / B) (M^-a - 1),        M = sum_i v_i ^ r,        B = sum_i v_i ^ (r - 1).

It is exact for equal scores, and for every row as alpha tends to 1; with v in units of s, the 1
becomes s. Where a key may be attended, M and B are at least 1 up to rounding; they are kept away
from 0, and a fully masked row stays still. Derived here; for alpha = 2 the step is that of
Michelot's projection onto the simplex.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.finite.iteration import has_settled, newton_bound

__all__ = ["weights_up_to_two"]

# At alpha = 1 the formulas take this in place of 0; log1p(a x) / a is x to the last bit.
_SMALLEST_EXCESS = 1e-20
_NEAR_ONE = 8.0  # powers r from here on would magnify the rounding of v
_ROUNDING = 1e-12  # 1 / (4/3 - 1) is 3 up to rounding


def weights_up_to_two(
    scores: Float[Tensor, "*batch key"], alpha: float | Float[Tensor, "*batch 1"]
) -> Float[Tensor, "*batch key"]:
    """Weights of each row for alpha in [1, 2]; a row of -inf gives zeros."""
    best = scores.amax(-1, keepdim=True).clamp(min=torch.finfo(scores.dtype).min)
    if isinstance(alpha, float) and alpha == 1:
        return _normalised((scores - best).exp())
    if isinstance(alpha, Tensor):
        excess, largest = (alpha - 1).clamp(min=_SMALLEST_EXCESS), 1.0
    else:
        excess = largest = max(alpha - 1, _SMALLEST_EXCESS)
    drops = (best - scores) * excess
    scale = torch.ones_like(best)
    for _ in range(newton_bound(scores.shape[-1] ** largest, scores.dtype)):
        change = _newton_change(drops, scale, excess)
        scale = (scale + change).clamp(max=1.0)
        if has_settled(-change, scale):
            break
    return _normalised(_powers(drops, scale, excess)[1])


def _newton_change(drops: Tensor, scale: Tensor, excess: float | Tensor) -> Tensor:
    slopes, powers, unit_share = _powers(drops, scale, excess)
    mass = _sum(powers).clamp(min=0.5)
    shrunk = torch.exp(-excess * mass.log())  # with exp rather than **, compilers keep it per row
    return mass / _sum(slopes).clamp(min=1.0) * (shrunk - unit_share)


def _powers(
    drops: Tensor, scale: Tensor, excess: float | Tensor
) -> tuple[Tensor, Tensor, float | Tensor]:
    """v^(r-1) and v^r in some unit of v, and what 1 is in the step above, in that unit."""
    order = 1 / excess
    if isinstance(order, float) and order < _NEAR_ONE:
        values = (scale - drops).relu_()
        if abs(order - 1) < _ROUNDING:
            return values.ceil(), values, 1.0  # values are at most 1
        slopes = _power(values, order - 1)
        return slopes, slopes * values, 1.0
    reach = drops * scale.reciprocal()
    ratios = (1 - reach).relu_()
    slopes = _power_near_one(reach, order - 1) * ratios.ceil()
    return slopes, slopes * ratios, scale


def _power(base: Tensor, exponent: float) -> Tensor:
    """base^exponent; of two ways the faster in eager mode, and the one that compilers vectorise."""
    for whole in (1, 2):
        if abs(exponent - whole) < _ROUNDING:
            return base if whole == 1 else base * base
    if torch.compiler.is_compiling():
        return torch.exp(torch.log(base) * exponent)
    return base**exponent


def _power_near_one(reach: Tensor, exponent: float | Tensor) -> Tensor:
    """(1 - reach)^exponent, exact also where reach is minute and the exponent huge; not zero."""
    limits = torch.finfo(reach.dtype)
    logarithm = torch.log1p(-reach.clamp(max=1 - limits.eps / 2))
    return torch.exp((logarithm * exponent).clamp(min=math.log(limits.tiny)))


def _sum(terms: Tensor, dtype: torch.dtype | None = None) -> Tensor:
    return terms.sum(-1, keepdim=True, dtype=dtype)


def _normalised(weights: Tensor) -> Tensor:
    """Divide by the row sums, which need float64 in long float32 rows."""
    total = _sum(weights, torch.float64).to(weights.dtype)
    return weights / total.clamp(min=torch.finfo(weights.dtype).tiny)
