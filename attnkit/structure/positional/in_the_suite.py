"""Positional attention as the suite of laws asks it: with queries and keys that it never opens."""

from torch import Tensor

from attnkit.structure.positional.positional import positional_attention, sinusoidal_places

__all__ = ["read_by_place"]

WIDTH = 16


def read_by_place(
    queries: Tensor, keys: Tensor, values: Tensor, *, mask: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """What sines and cosines of the places read, and all that is kept: the values."""
    places = sinusoidal_places(values.shape[-2], WIDTH).to(values.dtype)
    seen = None if mask is None else mask[..., None, :]
    return positional_attention(places, places, values, mask=seen), values
