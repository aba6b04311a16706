"""Random tokens of a few features, the same each time, and the numbers a state is made of."""

from collections.abc import Mapping

import torch
from torch import Tensor

__all__ = ["D_KEY", "D_VALUE", "State", "random_tokens", "tensors_of"]

D_KEY, D_VALUE = 3, 5

State = Tensor | tuple["State", ...] | Mapping[str, "State"] | None
"""What a memory hands on: a tensor, or several of them by place or by name."""


def random_tokens(n: int, *, positive: bool = True) -> list[Tensor]:
    """Queries and keys (time, key) of length one, and values (time, value)."""
    generator = torch.Generator().manual_seed(n)
    sizes = (D_KEY, D_KEY, D_VALUE)
    drawn = [torch.randn(n, size, generator=generator, dtype=torch.float64) for size in sizes]
    queries, keys = (torch.nn.functional.normalize(t, dim=-1) for t in drawn[:2])
    return [queries.abs(), keys.abs(), drawn[2]] if positive else [queries, keys, drawn[2]]


def tensors_of(state: State) -> list[Tensor]:
    """Every tensor of a state, in order."""
    if state is None:
        return []
    if isinstance(state, Tensor):
        return [state]
    parts = state.values() if isinstance(state, Mapping) else state
    return [tensor for part in parts for tensor in tensors_of(part)]
