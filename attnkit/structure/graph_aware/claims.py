"""What the page on graph-aware attention claims, measured."""

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.densities import attention
from attnkit.structure.graph_aware.aggregate import isomorphic_aggregate

__all__ = ["mean_cannot_count", "own_value", "read_of", "root_and_neighbours"]


def read_of(neighbours: Tensor, query: Tensor) -> tuple[Tensor, Tensor]:
    """What one query reads of neighbours (key, feature): by softmax, and by a plain sum."""
    mean = attention(query[None], neighbours, neighbours)[0]
    return mean, neighbours.sum(0)


@claim("mean-cannot-count", source="After Xu et al. 2019", computes=isomorphic_aggregate)
def mean_cannot_count() -> dict[str, float]:
    """Largest change of a read over 100 sets of three when each is taken twice."""
    generator = torch.Generator().manual_seed(0)
    moved = torch.zeros(2, dtype=torch.float64)
    for _ in range(100):
        query, *once = torch.randn(4, 5, generator=generator, dtype=torch.float64)
        once = torch.stack(once)
        both = zip(read_of(once, query), read_of(torch.cat([once, once]), query), strict=True)
        moved = torch.maximum(moved, torch.stack([(a - b).abs().max() for a, b in both]))
    return {"softmax": moved[0].item(), "sum": moved[1].item()}


def root_and_neighbours(epsilon: float, generator: torch.Generator) -> float:
    """How far apart a token `a` that sees `b`, and a token `b` that sees `a`, come out."""
    values = torch.randn(2, 3, generator=generator, dtype=torch.float64)
    sees = torch.tensor([[0.0, 1.0], [1.0, 0.0]], dtype=torch.float64)
    first, second = isomorphic_aggregate(sees, values, epsilon)
    return (first - second).abs().max().item()


@claim("own-value-counts-more", source="After Xu et al. 2019", computes=isomorphic_aggregate)
def own_value() -> dict[str, float]:
    """Distance of `a` that sees `b` from `b` that sees `a`, by ε."""
    return {
        f"ε = {epsilon}": root_and_neighbours(epsilon, torch.Generator().manual_seed(0))
        for epsilon in (0.0, 0.1, 1.0)
    }
