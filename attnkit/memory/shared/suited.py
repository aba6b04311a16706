"""What the kernels of the memories cannot do: such calls take the torch path."""

import torch
from torch import Tensor

from attnkit.repeated import is_transformed

__all__ = ["WIDEST", "limit", "unsuited"]

WIDEST = 256
"""The widest head whose state stays on chip."""

MULTIPLIED = (torch.float32, torch.bfloat16, torch.float16)
"""The dtypes of keys that the kernels multiply."""


def unsuited(
    tokens: tuple[Tensor, Tensor, Tensor], log_decay: Tensor | None, *others: Tensor | None
) -> str | None:
    """Say in words what of a call the kernels cannot do, or None; looked at on CUDA alone.

    `log_decay` is (..., time, key or 1), `others` are the call's other tensors.
    """
    return limit(tokens, log_decay, *others) if tokens[1].is_cuda else None


def limit(
    tokens: tuple[Tensor, Tensor, Tensor], log_decay: Tensor | None, *others: Tensor | None
) -> str | None:
    """`unsuited` of tensors on any device."""
    _, keys, values = tokens
    if is_transformed(*tokens, log_decay, *others):
        return "torch.func, a tangent or a batch of gradients looks through the tensors"
    if keys.dtype not in MULTIPLIED:
        return f"the kernel sums products of at most 32 bits in float32, not of {keys.dtype}"
    widest = max(keys.shape[-1], values.shape[-1])
    if widest > WIDEST:
        return f"a head of {widest} features is wider than {WIDEST}, which the kernel keeps on chip"
    if log_decay is not None and log_decay.shape[-1] != 1:
        return "the decay between two tokens differs by channel, which takes halved chunks"
    return None if keys.numel() and values.numel() else "there is nothing to compute"
