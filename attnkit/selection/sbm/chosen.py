"""Graphs drawn where no clusters were learned, for about so many keys a row."""

import torch
from torch import Tensor
from torch.nn.functional import normalize

from attnkit.precision import widest
from attnkit.selection.routing import spherical_kmeans
from attnkit.selection.sbm.chances import block_matrix, members

__all__ = ["FLOOR", "by_graph", "chances_at"]

N_CLUSTERS, SHARPNESS, FLOOR = 8, 4.0, 0.01


def by_graph(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """Clusters by k-means of queries and keys together; one draw."""
    chances = chances_at(queries, keys, n_keys)
    generator = torch.Generator().manual_seed(0)
    drawn = torch.rand(chances.shape, generator=generator, dtype=torch.float64)
    return drawn.to(chances.device, widest(chances.device)) < chances


def chances_at(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """Chances of edges (..., query, key), each map's bias such that their mean is the budget."""
    queries, keys = normalize(queries, dim=-1), normalize(keys, dim=-1)
    generator = torch.Generator().manual_seed(0)
    both = torch.cat([queries, keys], -2)
    clusters = SHARPNESS * spherical_kmeans(both, N_CLUSTERS, generator=generator)
    blocks = block_matrix(clusters)
    wanted = max(n_keys / keys.shape[-2] - FLOOR, 0.0)
    low = queries.new_full((*queries.shape[:-2], 1, 1), -40.0)
    high = -low
    for _ in range(40):
        bias = (low + high) / 2
        # The mean chance is that of a mean query and a mean key.
        means = [members(t, clusters, bias).mean(-2, keepdim=True) for t in (queries, keys)]
        few = means[0] @ blocks @ means[1].mT < wanted
        low, high = torch.where(few, bias, low), torch.where(few, high, bias)
    of_query, of_key = (members(t, clusters, high) for t in (queries, keys))
    return (of_query @ blocks @ of_key.mT + FLOOR).clamp_max(1.0)
