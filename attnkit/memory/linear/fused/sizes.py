"""Sizes of tiles by dtype and widest head, which compile without spills, and what is to compile."""

from typing import NamedTuple

import torch
import triton

__all__ = ["CARRIED", "SPAN", "Sizes", "padded", "sizes"]

CARRIED = 1024
"""How many entries of the state one program carries over the segments."""

SPAN = 2
"""How many chunks share one kept state: fewer bytes for the decay's gradient."""


class Sizes(NamedTuple):
    """Tokens a chunk; the tile of a state on chip, keys by values; and that of the decays' pass."""

    chunk: int
    height: int
    width: int
    n_warps: int
    n_stages: int
    block: int


_SIZES = {
    (torch.bfloat16, 64): Sizes(32, 64, 64, 4, 2, 32),
    (torch.bfloat16, 128): Sizes(32, 128, 64, 8, 3, 32),
    (torch.float16, 64): Sizes(32, 64, 64, 4, 2, 32),
    (torch.float16, 128): Sizes(32, 128, 64, 8, 1, 32),
    (torch.float32, 64): Sizes(16, 64, 32, 4, 1, 16),
    (torch.float32, 128): Sizes(16, 64, 32, 4, 1, 16),
}


def sizes(dtype: torch.dtype, widest: int) -> Sizes:
    """The sizes for heads whose keys and values have at most `widest` features."""
    return _SIZES[dtype, 64 if widest <= 64 else 128]


def padded(n_features: int) -> int:
    """The width of a tile that holds so many features: a power of two, at least 16."""
    return max(16, triton.next_power_of_2(n_features))
