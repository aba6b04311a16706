"""Sizes of tiles and programs: small tables, chosen so that no kernel spills (see `ahead`)."""

from typing import NamedTuple

import torch

from attnkit.memory.shared.suited import WIDEST

__all__ = ["Sizes", "chunk_size", "sizes"]


class Sizes(NamedTuple):
    """Features a tile holds, and the warps and pipeline stages of a program."""

    key_block: int
    value_block: int
    n_warps: int = 4
    n_stages: int = 2


_HALF = {
    "solve_chunks": Sizes(64, 64, 4),
    "carry_forward": Sizes(WIDEST, 32, 8),
    "read_chunks": Sizes(64, 64, 4),
    "pull_writes": Sizes(64, 64, 4),
    "carry_back": Sizes(WIDEST, 32, 8),
    "gradients_within": Sizes(64, 64, 8),
    "gradients_through": Sizes(64, 64, 8),
}
_FLOAT = {
    "solve_chunks": Sizes(32, 32, 4),
    "carry_forward": Sizes(WIDEST, 32, 8, 1),
    "read_chunks": Sizes(32, 32, 4),
    "pull_writes": Sizes(32, 32, 4),
    "carry_back": Sizes(WIDEST, 32, 8, 1),
    "gradients_within": Sizes(32, 32, 4),
    "gradients_through": Sizes(32, 32, 8),
}

# Heads of one block: a loop of one pass is unrolled, and asks for more registers than two passes.
_NARROW_HALF = _HALF | {
    "solve_chunks": Sizes(32, 32),
    "read_chunks": Sizes(32, 64),
    "gradients_through": Sizes(32, 64, 8),
}
_NARROW_FLOAT = _FLOAT | {"carry_forward": Sizes(WIDEST, 16, 8, 1)}
_NARROW = 64
_WIDE_STATE = Sizes(WIDEST, 16, 8, 1)  # of a kernel that keeps the state


def chunk_size(dtype: torch.dtype) -> int:
    """Tokens a chunk: float32 is multiplied outside the tensor cores, where a chunk costs more."""
    return 32 if dtype == torch.float32 else 64


def sizes(step: str, dtype: torch.dtype, n_key: int, n_value: int) -> Sizes:
    """The sizes of one kernel, blocks no larger than the heads need."""
    tables = (_FLOAT, _NARROW_FLOAT) if dtype == torch.float32 else (_HALF, _NARROW_HALF)
    most = tables[max(n_key, n_value) <= _NARROW][step]
    if most.key_block == WIDEST and n_key > WIDEST // 2:
        most = _WIDE_STATE
    return most._replace(
        key_block=min(most.key_block, _padded(n_key)),
        value_block=min(most.value_block, _padded(n_value)),
    )


def _padded(n_features: int) -> int:
    """The power of two that holds so many features, from 16 on: what a product takes."""
    return max(16, 1 << (n_features - 1).bit_length())
