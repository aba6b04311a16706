"""Keys chosen by routing and by hashing where nothing was learned, for about so many keys a row."""

import torch
from torch import Tensor
from torch.nn.functional import normalize

from attnkit.selection.routing.centroids import spherical_kmeans
from attnkit.selection.routing.hashing import hashed_keys
from attnkit.selection.routing.routing import routed_keys

__all__ = ["by_clusters", "by_clusters_of_centred", "by_hashing", "by_hashing_once"]


def by_clusters(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """k-means of queries and keys together, on the sphere; so many clusters that n of them fit."""
    both = torch.cat([normalize(queries, dim=-1), normalize(keys, dim=-1)], -2)
    n_clusters = max(round(keys.shape[-2] / n_keys), 1)
    centroids = spherical_kmeans(both, n_clusters, generator=torch.Generator().manual_seed(0))
    return routed_keys(queries, keys, centroids, n_members=n_keys)


def by_clusters_of_centred(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """The same of queries less their mean and keys less theirs."""
    queries, keys = (each - each.mean(-2, keepdim=True) for each in (queries, keys))
    return by_clusters(queries, keys, n_keys)


def by_hashing(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """Four rounds of angular hashing."""
    return _hashed(queries, keys, n_keys, n_rounds=4)


def by_hashing_once(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """One round of angular hashing."""
    return _hashed(queries, keys, n_keys, n_rounds=1)


def _hashed(queries: Tensor, keys: Tensor, n_keys: int, *, n_rounds: int) -> Tensor:
    n_buckets = 2 * max(round(n_rounds * keys.shape[-2] / n_keys / 2), 1)
    chance = torch.Generator().manual_seed(0)
    return hashed_keys(queries, keys, n_buckets, n_rounds, chance)
