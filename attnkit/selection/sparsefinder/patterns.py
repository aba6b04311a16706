"""Nearest keys by four coordinates fitted to the very text, as the gallery draws them."""

from torch import Tensor

from attnkit.selection.shared.pattern import Pattern
from attnkit.selection.sparsefinder.chosen import near_keys
from attnkit.selection.sparsefinder.fitting import fitted

__all__ = ["COORDINATES"]


def choose(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """Fitted in a few steps to the very text: what a projection can do at best."""
    flat = queries.flatten(0, -3), keys.flatten(0, -3)
    if queries.ndim == 2:
        flat = queries[None], keys[None]
    own = fitted([flat], 4, n_steps=30)(*(each.float() for each in flat))
    return near_keys(*own, n_keys).view(*queries.shape[:-1], keys.shape[-2])


COORDINATES = Pattern("coordinates", choose)
