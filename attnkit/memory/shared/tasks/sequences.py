"""Sequences for the laws: drawn, in float64, from small to large."""

import torch
from torch import Tensor

__all__ = ["normal", "sequences", "unit"]


def normal(generator: torch.Generator, *shape: int) -> Tensor:
    """Independent standard normals."""
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def unit(generator: torch.Generator, *shape: int) -> Tensor:
    """Independent directions of length one along the last axis."""
    return torch.nn.functional.normalize(normal(generator, *shape), dim=-1)


def sequences(generator: torch.Generator, n_tokens: int, d_key: int, d_value: int) -> dict:
    """Normal queries, keys and values of one sequence."""
    return {
        "queries": normal(generator, n_tokens, d_key),
        "keys": normal(generator, n_tokens, d_key),
        "values": normal(generator, n_tokens, d_value),
    }
