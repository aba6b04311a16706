"""Rows brought to a size at which their squares are neither infinite nor lost."""

import torch
from torch import Tensor

__all__ = ["scaled"]


def scaled(rows: Tensor, dims: tuple[int, ...]) -> Tensor:
    """Rows times a power of two, so that their largest entry over the dimensions is about one.

    Nothing is rounded by it, and what is of an ordinary size stays what it is up to that power.
    """
    if not rows.numel():
        return rows
    exponents = torch.frexp(rows.abs().amax(dims, keepdim=True)).exponent
    # A power of two that is itself a normal number of float32.
    return torch.ldexp(rows, (1 - exponents).clamp(-126, 126))
