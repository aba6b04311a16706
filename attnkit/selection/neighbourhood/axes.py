"""A size for each axis, given as one number for all or one for each."""

import math
from collections.abc import Sequence
from typing import Annotated

from attnkit.arguments import Range

__all__ = ["Causal", "Halos", "Shape", "Sizes", "per_axis", "require_shape", "require_strides"]

Size = Annotated[int, Range(1, 2**20)]
Sizes = Size | Sequence[Size]
Halo = Annotated[int, Range(0, 2**20)]
Halos = Halo | Sequence[Halo]
Length = Annotated[int, Range(0, 2**20)]
Shape = Sequence[Length]
Causal = bool | Sequence[bool]

MOST_AXES = 3


def per_axis(name: str, given: int | Sequence[int], n_axes: int) -> tuple[int, ...]:
    """One number for each axis; ValueError for another number of them."""
    if isinstance(given, int):
        return (given,) * n_axes
    if len(given) != n_axes:
        raise ValueError(f"{name} must have one entry for each of {n_axes} axes, got {len(given)}")
    return tuple(given)


def require_shape(shape: Shape | None, n_tokens: int | None = None) -> tuple[int, ...]:
    """The lengths of the axes, one axis of all tokens where none are given.

    Raises
    ------
    ValueError
        For no axis or more than three, or axes that hold another number of tokens.
    """
    shape = (n_tokens,) if shape is None else tuple(shape)
    if not 1 <= len(shape) <= MOST_AXES:
        raise ValueError(f"shape must have 1 to {MOST_AXES} axes, got {len(shape)}")
    if n_tokens is not None and math.prod(shape) != n_tokens:
        raise ValueError(f"shape must hold {n_tokens} tokens, got {shape}")
    return shape


def require_strides(window: tuple[int, ...], stride: tuple[int, ...]) -> None:
    """ValueError for a stride longer than its window: some keys would be near no query."""
    for wide, step in zip(window, stride, strict=True):
        if step > wide:
            raise ValueError(f"stride must be at most the window, {wide}, got {step}")
