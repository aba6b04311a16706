"""Memory that a kernel will write: all of it, which tests prove by filling it with NaN first."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

__all__ = ["filled_with_nan", "unwritten"]

_FILLED: list[bool] = []
"""One entry a block that is open; of the process: a backward on a device has its own thread."""


def unwritten(like: Tensor, *shape: int, dtype: torch.dtype | None = None) -> Tensor:
    """An output buffer of this shape beside `like`, of its dtype or another; nothing is in it."""
    if _FILLED:
        return like.new_full(shape, torch.nan, dtype=dtype)
    return like.new_empty(shape, dtype=dtype)


@contextmanager
def filled_with_nan() -> Iterator[None]:
    """A block in which every buffer starts as NaN, so that what a kernel leaves out shows."""
    _FILLED.append(True)
    try:
        yield
    finally:
        _FILLED.pop()
