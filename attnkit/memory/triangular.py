"""The inverse of I + L for strictly lower L by halving, with a hand-written backward.

    [I+L₁₁   0  ]⁻¹   [  P₁    0 ]
    [ L₂₁  I+L₂₂]   = [−P₂L₂₁P₁ P₂],     P₁ = (I+L₁₁)⁻¹,  P₂ = (I+L₂₂)⁻¹.

Halving multiplies small matrices, as fast as the machine multiplies, and stays accurate on
strongly correlated keys, where the shorter product Π (I + (−L)^(2^i)) loses every digit.
"""

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

__all__ = ["UnitLowerInverse", "unit_lower_inverse"]


def unit_lower_inverse(lower: Tensor) -> Tensor:
    """(I + L)⁻¹ for strictly lower-triangular L (..., size, size) with size a power of two."""
    size = lower.shape[-1]
    if size == 1:
        return torch.ones_like(lower)
    half = size // 2
    corners = torch.stack([lower[..., :half, :half], lower[..., half:, half:]], -3)
    first, second = unit_lower_inverse(corners).unbind(-3)
    inverse = torch.zeros_like(lower)
    inverse[..., :half, :half] = first
    inverse[..., half:, half:] = second
    inverse[..., half:, :half] = -second @ (lower[..., half:, :half] @ first)
    return inverse


class UnitLowerInverse(torch.autograd.Function):
    """P = (I + L)⁻¹ with the backward written out: dL = −strictly lower part of Pᵀ dP Pᵀ."""

    @staticmethod
    def forward(ctx, lower: Tensor) -> Tensor:
        inverse = unit_lower_inverse(lower)
        ctx.save_for_backward(inverse)
        return inverse

    @staticmethod
    @once_differentiable
    def backward(ctx, d_inverse: Tensor) -> Tensor:
        (inverse,) = ctx.saved_tensors
        return torch.tril(inverse.mT @ d_inverse @ inverse.mT, -1).neg_()
