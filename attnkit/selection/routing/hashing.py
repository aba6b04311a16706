"""Angular hashing, the peer of routing: buckets of random directions in place of centroids."""

import torch
from torch import Tensor

__all__ = ["hashed_keys"]


def hashed_keys(
    queries: Tensor, keys: Tensor, n_buckets: int, n_rounds: int, generator: torch.Generator
) -> Tensor:
    """Keys (..., query, key) in the query's bucket in one round at least.

    A token's bucket is the nearest of `n_buckets // 2` random directions and their opposites
    (Kitaev et al. 2020); each round draws its own.
    """
    kept = torch.zeros(*queries.shape[:-1], keys.shape[-2], dtype=torch.bool, device=keys.device)
    for _ in range(n_rounds):
        size = (queries.shape[-1], max(n_buckets // 2, 1))
        drawn = torch.randn(size, generator=generator, dtype=torch.float64).to(queries)
        of_query, of_key = (_bucket(each, drawn) for each in (queries, keys))
        kept |= of_query[..., :, None] == of_key[..., None, :]
    return kept


def _bucket(tokens: Tensor, directions: Tensor) -> Tensor:
    turned = tokens @ directions
    return torch.cat([turned, -turned], -1).argmax(-1)
