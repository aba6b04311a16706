r"""Weights for alpha >= 2: the weight of the weakest supported key as the unknown.

For r = 1 / (alpha - 1) < 1 the weight (s + a z_i)^r rises with infinite slope where a key enters
the support, so no threshold is precise enough. The weakest supported key k is therefore found
first, by bisection over the sorted scores, and then its weight t = p_k from

    sum_i || (c_i, t) ||_a = 1,        c_i = [a (z_i - z_k)] ^ r,        over z_i >= z_k,

a sum of a-norms (a = alpha - 1 >= 1): convex in t with slopes between 1 and n, so that Newton
from t = 1 decreases to the root and t is as precise as the scores. Derived here.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.finite.iteration import has_settled, newton_bound

__all__ = ["weights_from_two"]


def weights_from_two(
    scores: Float[Tensor, "*batch key"], alpha: float | Float[Tensor, "*batch 1"]
) -> Float[Tensor, "*batch key"]:
    """Weights of each row for alpha >= 2, computed in float64; a row of -inf gives zeros."""
    best = scores.amax(-1, keepdim=True)
    below = scores.double() - best.double().clamp(min=torch.finfo(scores.dtype).min)
    excess = alpha.double() - 1 if isinstance(alpha, Tensor) else alpha - 1
    heights = (below * excess).clamp(min=-2.0)  # from -1 down no key is supported
    gaps = heights - _weakest_height(heights, excess)
    supported = gaps >= 0
    floors = gaps.clamp(min=0.0) ** (1 / excess)
    weakest = torch.ones_like(heights[..., :1])
    for _ in range(newton_bound(4 * scores.shape[-1], torch.float64)):
        norms = _norm(floors, weakest, excess).where(supported, 0.0)
        slopes = ((weakest / norms) ** (excess - 1)).where(supported, 0.0)
        change = (norms.sum(-1, keepdim=True) - 1) / slopes.sum(-1, keepdim=True)
        weakest = (weakest - change).clamp(min=torch.finfo(torch.float64).tiny)
        if has_settled(change, weakest):
            break
    weights = _norm(floors, weakest, excess).where(supported, 0.0)
    weights = weights / weights.sum(-1, keepdim=True)
    return weights.masked_fill(best == -torch.inf, 0.0).to(scores.dtype)


def _weakest_height(heights: Tensor, excess: float | Tensor) -> Tensor:
    """Height of the last key, in falling order, whose own entry still leaves the mass below 1."""
    ordered = heights.sort(-1, descending=True).values
    inside = torch.zeros_like(ordered[..., :1], dtype=torch.long)
    outside = inside + ordered.shape[-1]
    for _ in range(math.ceil(math.log2(ordered.shape[-1]))):
        middle = (inside + outside) // 2
        entry = ordered.gather(-1, middle)
        mass = ((heights - entry).clamp(min=0.0) ** (1 / excess)).sum(-1, keepdim=True)
        inside = middle.where(mass < 1, inside)
        outside = outside.where(mass < 1, middle)
    return ordered.gather(-1, inside)


def _norm(first: Tensor, second: Tensor, order: float | Tensor) -> Tensor:
    """(first^order + second^order)^(1/order) without overflow or underflow; second > 0."""
    larger, smaller = torch.maximum(first, second), torch.minimum(first, second)
    return larger * torch.exp(torch.log1p((smaller / larger) ** order) / order)
