"""When an iteration over rows may stop: early in eager mode, after a fixed count when traced."""

import math

import torch
from torch import Tensor

__all__ = ["has_settled", "newton_bound"]


def newton_bound(length: int, dtype: torch.dtype) -> int:
    """Newton steps that bring a convex row equation of `length` terms to the dtype's precision.

    Each step on a convex function shrinks (residual x slope) at least fourfold, since the ratios
    of successive residuals and slopes add up to at most one (Radzik 1998).
    """
    return 2 + math.ceil(0.5 * math.log2(max(length, 1) / torch.finfo(dtype).eps))


def has_settled(change: Tensor, value: Tensor) -> bool:
    """Whether a relative change is down to rounding in every row; never, when traced."""
    if torch.compiler.is_compiling():
        return False
    return not bool((change > 4 * torch.finfo(value.dtype).eps * value).any())
