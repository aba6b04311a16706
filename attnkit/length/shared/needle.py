"""A needle in a row of normal rivals: the question that every page of this room asks."""

from collections.abc import Callable
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked

__all__ = ["LENGTHS", "needle_rows", "needle_weights"]

LENGTHS = (64, 1024, 16384, 262_144)
"""Lengths at which the pages compare."""

_SCORES_AT_ONCE = 2**21

Rows = Annotated[int, Range(0, 1_000_000)]
Keys = Annotated[int, Range(1, 2**24)]
Gap = Annotated[float, Range(-1e6, 1e6)]
Spread = Annotated[float, Range(0.0, 1e6)]


@checked
def needle_rows(
    n_rows: Rows, n_keys: Keys, *, gap: Gap, spread: Spread, generator: torch.Generator
) -> Float[Tensor, "row key"]:
    """Rows of float32 scores: the needle stands first, at `gap` above the mean of its rivals.

    The n − 1 rivals are independent and normal about zero, with standard deviation `spread`.
    """
    rows = spread * torch.randn(n_rows, n_keys, generator=generator, device=generator.device)
    rows[:, 0] = gap
    return rows


@checked
def needle_weights(
    weigh: Callable[[Tensor], Tensor],
    n_rows: Rows,
    n_keys: Keys,
    *,
    gap: Gap,
    spread: Spread,
    generator: torch.Generator,
) -> Float[Tensor, "row"]:
    """What `weigh(scores)` gives the needle in each row, drawn as many at a time as fit."""
    at_once = max(1, _SCORES_AT_ONCE // n_keys)
    found = [
        weigh(
            needle_rows(
                min(at_once, n_rows - start), n_keys, gap=gap, spread=spread, generator=generator
            )
        )[:, 0]
        for start in range(0, n_rows, at_once)
    ]
    return torch.cat(found) if found else torch.zeros(0)
