"""When Newton's iteration on rows may stop: when settled in eager mode, at a bound when traced."""

import torch
from torch import Tensor

__all__ = ["has_settled", "newton_bound"]

_PRECISION = 4  # units in the last place to which the unknown is brought


def newton_bound(slope_ratio: float, dtype: torch.dtype) -> int:
    """Newton steps that solve h(s) = 0 from s = 1 for convex h with slopes in [1, slope_ratio].

    At the root, s = 1 / slope or more. The ratios x and y by which a step multiplies residual and
    slope obey x + y <= 1, since h lies above its tangents, and so do their geometric means over k
    steps. With c the slope at the root, the slope has a factor slope_ratio / c to fall, and the
    residual, at most slope * (1 - 1 / c) at the start, at most slope_ratio / (4 precision) until
    the distance from the root is within the precision: (1 - 1 / c) / c <= 1 / 4.
    Radzik 1998 has the product form of the lemma; the bound is derived here.
    """
    residual_ratio = slope_ratio / (4 * _PRECISION * torch.finfo(dtype).eps)
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
