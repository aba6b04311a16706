"""Projections fitted on one half of the passages, for keys of the other half."""

from functools import cache

from torch import Tensor

from attnkit.selection.sparsefinder.chosen import bucket_keys, near_keys
from attnkit.selection.sparsefinder.fitting import Text, fitted
from attnkit.selection.sparsefinder.projection import Sparsefinder
from attnkit.trained import capture
from attnkit.trained.experiments.common import passage, real

__all__ = ["buckets_of", "finder", "nearest_of", "text"]

TAUGHT = ((15, 17, 19, 21), (14, 16, 18, 20))
"""Passages that even ones are tested with, and those that odd ones are."""

N_STEPS = 100


def text(at: int) -> Text:
    """Queries and keys (layer · head, token, feature) of a passage, inner products its scores."""
    read = capture(real().model, passage({"passage": at}))
    scale = read.queries.shape[-1] ** -0.25
    return (read.queries * scale).flatten(0, 1), (read.keys * scale).flatten(0, 1)


@cache
def finder(half: int, n_features: int, n_steps: int = N_STEPS, seed: int = 0) -> Sparsefinder:
    """Fitted on passages other than those of this half."""
    return fitted([text(at) for at in TAUGHT[half]], n_features, n_steps=n_steps, seed=seed)


def nearest_of(found: Sparsefinder):
    """A way to choose the nearest keys by a fitted projection."""

    def choose(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
        own = found(*(each.flatten(0, 1).float() for each in (queries, keys)))
        return near_keys(*own, n_keys).unflatten(0, queries.shape[:2])

    return choose


def buckets_of(found: Sparsefinder):
    """A way to choose keys of the same bucket in any coordinate, at about the density."""

    def choose(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
        own = found(*(each.flatten(0, 1).float() for each in (queries, keys)))
        share = min(n_keys / keys.shape[-2], 0.999)
        n_buckets = max(round(1 / (1 - (1 - share) ** (1 / own[0].shape[-1]))), 1)
        return bucket_keys(*own, n_buckets).unflatten(0, queries.shape[:2])

    return choose
