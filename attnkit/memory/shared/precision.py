"""Full precision inside autocast, forwards and backwards: a memory's sums outgrow half precision.

Autocast acts on a backward pass too when it runs inside the block, and there on the matrix products
that autograd calls itself. `product` is one whose gradients are computed as its value was.
"""

from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor

from attnkit.memory.shared.repeated import is_transformed

__all__ = ["compute_dtype", "full_precision", "product"]


def compute_dtype(tensor: Tensor) -> torch.dtype:
    """The dtype to compute in: the tensor's own, but never below float32."""
    return torch.promote_types(tensor.dtype, torch.float32)


def full_precision(tensor: Tensor) -> AbstractContextManager:
    """A block in which autocast leaves the products on this tensor's device alone."""
    kind = tensor.device.type
    if torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind):
        return torch.autocast(kind, enabled=False)
    return nullcontext()  # to leave alone what is off costs more than a small product


class _Product(torch.autograd.Function):
    """A B, with gradients dC Bᵀ and Aᵀ dC out of autocast's reach, themselves differentiable."""

    @staticmethod
    def forward(ctx, left: Tensor, right: Tensor) -> Tensor:
        ctx.save_for_backward(left, right)
        return _plain_product(left, right)

    @staticmethod
    def backward(ctx, d_output: Tensor):
        left, right = ctx.saved_tensors
        return product(d_output, right.mT), product(left.mT, d_output)


def _plain_product(left: Tensor, right: Tensor) -> Tensor:
    with full_precision(left):
        return left @ right


def product(left: Tensor, right: Tensor) -> Tensor:
    """The matrix product of two tensors with equal leading dimensions, whatever autocast says."""
    plain = is_transformed(left, right) or not torch.is_grad_enabled()
    return _plain_product(left, right) if plain else _Product.apply(left, right)
