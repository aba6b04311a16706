"""What a plain loop over tokens is made of: its sequences, an outer product, a read."""

from collections.abc import Iterator

from torch import Tensor

__all__ = ["each_token", "outer", "read"]


def each_token(*sequences: Tensor) -> Iterator[tuple[Tensor, ...]]:
    """Token after token of sequences (..., time, feature)."""
    return zip(*(sequence.unbind(-2) for sequence in sequences), strict=True)


def outer(key: Tensor, value: Tensor) -> Tensor:
    """k vᵀ (..., key, value)."""
    return key[..., :, None] * value[..., None, :]


def read(state: Tensor, query: Tensor) -> Tensor:
    """Sᵀ q (..., value)."""
    return (query[..., :, None] * state).sum(-2)
