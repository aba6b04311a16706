"""When Newton's iteration on rows may stop: when settled in eager mode, at a bound when traced."""

import torch
from torch import Tensor

__all__ = ["has_settled", "newton_bound"]

_PRECISION = 4  # units in the last place to which the unknown is brought


def newton_bound(slope_ratio: float, dtype: torch.dtype) -> int:
    """Steps after which Newton on a convex equation is down to the dtype's precision.

    The slope falls from at most `slope_ratio` to at least 1, and the residual, at most
    `slope_ratio` too, matters down to a few units in the last place. The ratios x and y by which
    a step multiplies residual and slope satisfy x + y <= 1, since the function lies above its
    tangents, and so do their geometric means over k steps. Hence k steps are not possible once
    (precision / slope_ratio)^(1/k) + slope_ratio^(-1/k) > 1.
    Radzik 1998 has the product form of this lemma; the bound is derived here.
    """
    residual_ratio = slope_ratio / (_PRECISION * torch.finfo(dtype).eps)
    steps = 1
    while residual_ratio ** (-1 / steps) + slope_ratio ** (-1 / steps) <= 1:
        steps += 1
    return steps


def has_settled(change: Tensor, value: Tensor) -> bool:
    """Whether a relative change is down to rounding in every row; never, when traced."""
    if torch.compiler.is_compiling():
        return False
    precision = _PRECISION * torch.finfo(value.dtype).eps
    return not bool((change > precision * value).any())
