r"""Weights for 1 <= alpha <= 2: Newton on a norm, with the best key's weight as the unknown.

Shift the scores so that the best is 0 and write a = alpha - 1, r = 1 / a. Every solution is

    p_i = [s + a z_i]_+ ^ r,        s = p_best ^ a  in  [n^-a, 1],

and s is the root of ``||(s + a z)_+||_r = 1``. For r >= 1 that norm is a convex, increasing
function of s, so Newton from s = 1 decreases to the root without a bracket. It is linear in s for
equal scores, and for every row as alpha tends to 1: there one step is exact (the softmax).
Written with ratios q_i = p_i^a / p_best^a = 1 + a z_i / s, nothing cancels in long rows either.
Derived here; for alpha = 2 the step is that of Michelot's projection onto the simplex.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.iteration import has_settled, newton_bound

__all__ = ["weights_up_to_two"]

# At alpha = 1 the formulas take this in place of 0; log1p(a x) / a is x to the last bit.
_SMALLEST_EXCESS = 1e-20


def weights_up_to_two(
    scores: Float[Tensor, "*batch key"], alpha: float | Float[Tensor, "*batch 1"]
) -> Float[Tensor, "*batch key"]:
    """Weights of each row for alpha in [1, 2]; a row of -inf gives zeros."""
    best = scores.amax(-1, keepdim=True).clamp(min=torch.finfo(scores.dtype).min)
    below = scores - best
    if isinstance(alpha, float) and alpha == 1:
        return _normalised(below.exp())
    excess = _excess(alpha)
    scale = torch.ones_like(best)
    for _ in range(newton_bound(scores.shape[-1], scores.dtype)):
        slopes, ratios = _powers(below * (excess / scale), excess)
        mass, slope = _sum(slopes * ratios), _sum(slopes)
        updated = scale * (1 - mass / slope) + mass ** (1 - excess) / slope
        change, scale = scale - updated, updated
        if has_settled(change, scale):
            break
    slopes, ratios = _powers(below * (excess / scale), excess)
    return _normalised(slopes * ratios)


def _excess(alpha: float | Tensor) -> float | Tensor:
    if isinstance(alpha, Tensor):
        return (alpha - 1).clamp(min=_SMALLEST_EXCESS)
    return max(alpha - 1, _SMALLEST_EXCESS)


def _powers(reach: Tensor, excess: float | Tensor) -> tuple[Tensor, Tensor]:
    """(q^(r-1), q) of the ratio q = (1 + reach)_+; small whole powers without logarithms."""
    if isinstance(excess, float) and math.isclose(1 / excess, round(1 / excess), rel_tol=1e-12):
        whole = round(1 / excess) - 1
        if whole <= 2:
            ratios = (reach + 1).relu()
            return (ratios.sign() if whole == 0 else ratios**whole), ratios
    reach = reach.clamp(min=-1)
    slopes = torch.exp(torch.log1p(reach) * (1 / excess - 1))
    if isinstance(excess, Tensor):
        slopes = slopes.masked_fill(reach == -1, 0.0)  # 0 * log 0 where alpha is exactly 2
    return slopes, reach + 1


def _sum(terms: Tensor) -> Tensor:
    """Row sums, at least the best key's own 1; the bound matters in fully masked rows alone."""
    return terms.sum(-1, keepdim=True).clamp(min=1.0)


def _normalised(weights: Tensor) -> Tensor:
    """Divide by the row sums; those of long float32 rows are taken in float64."""
    total = weights.sum(-1, keepdim=True, dtype=torch.float64).clamp(min=1.0)
    return weights / total.to(weights.dtype)
