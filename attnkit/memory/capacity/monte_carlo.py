"""Reads of random pairs, drawn: what the theory of one read is held to."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.memory.shared.unit_vectors import unit_vectors

__all__ = ["read_overlaps"]

Draws = Annotated[int, Range(1, 10**6)]
Pairs = Annotated[int, Range(1, 16384)]
Width = Annotated[int, Range(1, 65536)]


@checked
def read_overlaps(
    n_draws: Draws, n_pairs: Pairs, d_key: Width, *, generator: torch.Generator
) -> Float[Tensor, "draw pair"]:
    """The strength with which reading the first key returns each stored value (itself: 1)."""
    keys = unit_vectors(n_draws, n_pairs, d_key, generator=generator)
    return (keys @ keys[:, 0, :, None])[..., 0]
