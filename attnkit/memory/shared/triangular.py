"""The inverse of I + L for strictly lower L by halving, with a hand-written backward.

    [I+L₁₁   0  ]⁻¹   [  P₁    0 ]
    [ L₂₁  I+L₂₂]   = [−P₂L₂₁P₁ P₂],     P₁ = (I+L₁₁)⁻¹,  P₂ = (I+L₂₂)⁻¹.

Halving multiplies small matrices, as fast as the machine multiplies, and stays accurate on
strongly correlated keys, where the shorter product Π (I + (−L)^(2^i)) loses every digit.
"""

import torch
from torch import Tensor

from attnkit.memory.shared.precision import full_precision, product
from attnkit.memory.shared.repeated import is_transformed

__all__ = ["error_solver", "unit_lower_inverse"]


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


class _UnitLowerInverse(torch.autograd.Function):
    """P = (I + L)⁻¹, with dL = −strictly lower part of Pᵀ dP Pᵀ, itself differentiable."""

    @staticmethod
    def forward(ctx, lower: Tensor) -> Tensor:
        with full_precision(lower):
            inverse = unit_lower_inverse(lower)
        ctx.save_for_backward(inverse)
        return inverse

    @staticmethod
    def backward(ctx, d_inverse: Tensor) -> Tensor:
        (inverse,) = ctx.saved_tensors
        return -torch.tril(product(product(inverse.mT, d_inverse), inverse.mT), -1)


def error_solver(coupling: Tensor, rate: Tensor) -> Tensor:
    """(I + rate ∘ coupling)⁻¹ diag(rate) for strictly lower coupling and rate (..., size, 1)."""
    lower = rate * coupling
    invert = unit_lower_inverse if is_transformed(lower) else _UnitLowerInverse.apply
    return invert(lower) * rate.mT
