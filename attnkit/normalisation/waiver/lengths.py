"""Lengths of vectors whose entries may be too large or too small to be squared."""

import torch
from torch import Tensor

__all__ = ["lengths_of", "unit_of"]


def lengths_of(values: Tensor) -> Tensor:
    """Lengths of the rows (..., row), where the square of an entry may not be a number."""
    unit = unit_of(values)
    return (values / unit).norm(dim=-1) * unit.squeeze(-1)


def unit_of(values: Tensor) -> Tensor:
    """The largest absolute entry along the last dimension, or one where all are zero."""
    largest = torch.nn.functional.pad(values.detach().abs(), (0, 1)).amax(-1, keepdim=True)
    return largest.where(largest > 0, 1.0)
