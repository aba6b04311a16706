"""Tiles and warps by type and width of a head: as many scores at a time as registers hold."""

import torch
import triton.language as tl

__all__ = ["TYPES", "n_warps", "tile_of"]

TYPES = {
    torch.float32: ("fp32", tl.float32),
    torch.bfloat16: ("bf16", tl.bfloat16),
}
"""Triton's names of the types that are compiled ahead; float16 asks for what bfloat16 does."""

_NARROW = 64


def tile_of(dtype: torch.dtype, width: int) -> tuple[int, int]:
    """Queries and keys of a tile; the forward and the backward kernels share them."""
    if dtype == torch.float32:
        return (32, 32) if width <= _NARROW else (16, 16)
    return 64, 32


def n_warps(step: str, dtype: torch.dtype, width: int, power: int) -> int:
    """Warps of a program of one kernel, by the width of a head and the constant POWER.

    Four spill registers on compute capability 8.0 but in these, and there eight spill on 10.0.
    """
    is_single, is_narrow = dtype == torch.float32, width <= _NARROW
    if step == "read_rows" and not is_single and is_narrow and power:
        return 4
    return 4 if step == "pull_keys" and is_single != is_narrow else 8
