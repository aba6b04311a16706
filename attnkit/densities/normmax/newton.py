r"""Newton's method for the threshold at which a norm of what rises above it is one.

With gaps g_i >= 0 to the best score, b = alpha / (alpha - 1) and u the best score less the
threshold, the equation is ||[u - g]_+||_b = 1. A norm of increasing convex functions is convex and
increases, with slopes from 1 to n^(1 / alpha), and at u = 1 it is one or more: Newton from there
decreases to the root, in a number of steps that `newton_bound` knows. Derived here.

The derivatives are those of two further steps: from a root, each step's error is quadratic, so that
two are exact to the third order.
"""

import torch
from torch import Tensor

from attnkit.densities.finite.newton import has_settled, newton_bound
from attnkit.validate import is_traced

__all__ = ["depth", "powers"]

_NEWTON_STEPS = 2


def depth(gaps: Tensor, alpha: Tensor) -> Tensor:
    """How far the threshold lies below the best score, (..., 1); differentiable."""
    found = _solved(gaps.detach(), alpha.detach())
    for _ in range(_NEWTON_STEPS):
        found = found - _change(gaps, alpha, found)
    return found


def _solved(gaps: Tensor, alpha: Tensor) -> Tensor:
    reached = torch.ones_like(gaps[..., :1])
    for _ in range(newton_bound(float(gaps.shape[-1]), gaps.dtype)):
        change = _change(gaps, alpha, reached)
        reached = (reached - change).clamp(max=1.0)
        if not is_traced(gaps) and has_settled(change, reached):
            break
    return reached


def _change(gaps: Tensor, alpha: Tensor, reached: Tensor) -> Tensor:
    """The norm less one, over its slope."""
    heights = reached - gaps
    ratios = heights / heights.amax(-1, keepdim=True)
    total = powers(ratios, alpha / (alpha - 1)).sum(-1, keepdim=True)
    norm = heights.amax(-1, keepdim=True) * total ** (1 - 1 / alpha)
    slope = powers(heights / norm, 1 / (alpha - 1)).sum(-1, keepdim=True)
    return (norm - 1) / slope


def powers(heights: Tensor, exponent: Tensor) -> Tensor:
    """Positive parts to a positive power, zero and flat where there is none."""
    inside = heights > 0
    return (exponent * heights.where(inside, 1.0).log()).exp().where(inside, 0.0)
