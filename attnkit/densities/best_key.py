r"""Weights for 1 <= alpha <= 2: Newton on a norm, with the best key's weight as the unknown.

Shift the scores so that the best is 0 and write a = alpha - 1, r = 1 / a. Every solution is

    p_i = v_i ^ r,        v_i = [s + a z_i]_+,        s = p_best ^ a  in  [n^-a, 1],

and s is the root of ``||v||_r = 1``. For r >= 1 that norm is a convex, increasing function of s,
with slopes between 1 and n^a, so Newton from s = 1 decreases to the root without a bracket. It is
linear in s for equal scores, and for every row as alpha tends to 1: there one step is exact.
Derived here; for alpha = 2 the step is that of Michelot's projection onto the simplex.
"""

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
    if isinstance(alpha, Tensor):
        excess, largest = (alpha - 1).clamp(min=_SMALLEST_EXCESS), 1.0
    else:
        excess = largest = max(alpha - 1, _SMALLEST_EXCESS)
    scale = torch.ones_like(best)
    below = below * excess
    for _ in range(newton_bound(scores.shape[-1] ** largest, scores.dtype)):
        slopes, values, unit = _powers(below, scale, excess)
        mass, slope = _sum(slopes * values), _sum(slopes)
        change = (unit * mass - mass ** (1 - excess)) / slope
        scale = scale - change
        if has_settled(change, scale):
            break
    slopes, values, _ = _powers(below, scale, excess)
    return _normalised(slopes * values)


def _powers(
    below: Tensor, scale: Tensor, excess: float | Tensor
) -> tuple[Tensor, Tensor, float | Tensor]:
    """(v^(r-1), v) in a unit, which is returned last; small whole powers take no logarithm."""
    exponent = 1 / excess - 1
    if isinstance(excess, float):
        whole = round(exponent)
        if whole <= 2 and abs(exponent - whole) < 1e-12:
            values = (below + scale).relu()
            return (values.sign() if whole == 0 else values**whole), values, 1.0
    reach = (below / scale).clamp(min=-1)
    slopes = torch.exp(torch.log1p(reach) * exponent)
    if isinstance(excess, Tensor):
        slopes = slopes.masked_fill(reach == -1, 0.0)  # 0 * log 0 where alpha is exactly 2
    return slopes, reach + 1, scale


def _sum(terms: Tensor) -> Tensor:
    """Row sums. They are at least 1 from the root on; less in fully masked rows, kept still."""
    return terms.sum(-1, keepdim=True).clamp(min=1.0)


def _normalised(weights: Tensor) -> Tensor:
    """Divide by the row sums; those of long float32 rows need float64."""
    total = weights.sum(-1, keepdim=True, dtype=torch.float64)
    return weights / total.to(weights.dtype).clamp(min=torch.finfo(weights.dtype).tiny)
