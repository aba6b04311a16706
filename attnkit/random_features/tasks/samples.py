"""Seeded tokens and heads that several exercises share."""

import torch
from torch import Tensor

__all__ = ["gaussian", "head_matrices"]


def gaussian(generator: torch.Generator, *shape: int) -> Tensor:
    """Standard Gaussian numbers in float64."""
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def head_matrices(n_heads: int, width: int, *, seed: int = 0) -> Tensor:
    """Query-key matrices of the unbiased model, entries of deviation one half."""
    return gaussian(torch.Generator().manual_seed(seed), n_heads, width, width) / 2
