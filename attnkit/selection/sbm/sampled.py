"""A graph drawn from chances: pair by pair with a gradient through the draw, or edge by edge."""

from typing import Annotated

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import hardtanh

from attnkit.arguments import Like, Range, checked
from attnkit.precision import widest

__all__ = ["sample_edges", "sample_sparse_edges"]

Chances = Range(0.0, 1.0)


class _StraightThrough(torch.autograd.Function):
    """A draw forward; backward what the edges drawn are told, cut to [−1, 1]."""

    @staticmethod
    def forward(chances: Tensor, drawn: Tensor) -> Tensor:
        return (drawn < chances).to(chances.dtype)

    @staticmethod
    def setup_context(ctx, inputs: tuple, output: Tensor) -> None:
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx, told: Tensor) -> tuple[Tensor, None]:
        (edges,) = ctx.saved_tensors
        return hardtanh(edges * told), None


@checked
def sample_edges(
    chances: Annotated[Float[Tensor, "*shape"], Range(0.0, 1.0)], generator: torch.Generator
) -> Float[Tensor, "*shape"]:
    r"""Draw each edge by its chance; gradients pass through the edges that were drawn.

    .. math::
        A_{ij} \sim \operatorname{Bernoulli}(P_{ij}), \qquad
        \frac{\partial L}{\partial P_{ij}} :=
        \max(-1, \min(1, A_{ij} \, \partial L / \partial A_{ij}))

    Parameters
    ----------
    chances : Tensor
        P, (...), from 0 to 1.
    generator : torch.Generator
        Of the draw, on the CPU.

    Returns
    -------
    Tensor
        A, (...), zeros and ones in the dtype of the chances. The gradient is no derivative: a pair
        that was not drawn learns nothing, and none learns more than 1.

    Raises
    ------
    ValueError, TypeError
        A chance outside [0, 1]; no generator.

    References
    ----------
    Cho et al. 2022, "Transformers meet stochastic block models"; the authors' code.
    """
    drawn = torch.rand(chances.shape, generator=generator, dtype=torch.float64)
    return _StraightThrough.apply(chances, drawn.to(chances.device, widest(chances.device)))


@checked
def sample_sparse_edges(
    query_members: Annotated[Float[Tensor, "query cluster"], Chances],
    key_members: Annotated[Float[Tensor, "key cluster"], Chances, Like("query_members")],
    blocks: Annotated[Float[Tensor, "cluster cluster"], Chances, Like("query_members")],
    generator: torch.Generator,
) -> tuple[Int[Tensor, "2 edge"], Int[Tensor, "edge"]]:
    r"""Draw a graph without a look at every pair: the time is that of its edges.

    .. math::
        N_{ij} \sim \operatorname{Poisson}(P_{ij}), \quad P = Y S Z^\top: \qquad
        \Pr(N_{ij} \ge 1) = 1 - e^{-P_{ij}} \le P_{ij}

    How many edges there are is drawn first, then a pair of clusters for each, then a query and a
    key of these. The mean of the counts is P; edges drawn twice make the graph a little sparser.

    Parameters
    ----------
    query_members, key_members : Tensor
        Y and Z, (query, cluster) and (key, cluster), from 0 to 1.
    blocks : Tensor
        S, (cluster, cluster).
    generator : torch.Generator
        Of the draw, on the CPU.

    Returns
    -------
    pairs, counts
        (2, edge), query and key of each distinct edge in rising order, and how often it was drawn.

    Raises
    ------
    ValueError, TypeError
        Numbers outside [0, 1], shapes that do not fit, no generator.

    References
    ----------
    Rohe et al. 2018, "A note on quickly sampling a sparse matrix with low rank expectation";
    Cho et al. 2022 draw their graph so.
    """
    y, z, s = (each.cpu().double() for each in (query_members, key_members, blocks))
    rates = y.sum(0)[:, None] * s * z.sum(0)
    n_edges = int(torch.poisson(rates.sum(), generator=generator))
    pair = _chosen(rates.flatten()[None], n_edges, generator).flatten()
    ends = []
    for of_token, cluster in ((y, pair // len(s)), (z, pair % len(s))):
        ends.append(_token_of(of_token, cluster, generator))
    pairs, counts = torch.stack(ends).unique(dim=1, return_counts=True)
    return pairs.to(blocks.device), counts.to(blocks.device)


def _chosen(shares: Tensor, n_draws: int, generator: torch.Generator) -> Tensor:
    """(row, draw): indices in proportion to shares (row, index)."""
    if n_draws == 0:
        return torch.zeros(len(shares), 0, dtype=torch.long)
    heights = shares.cumsum(-1)
    drawn = torch.rand(len(shares), n_draws, generator=generator, dtype=torch.float64)
    found = torch.searchsorted(heights, drawn * heights[:, -1:], right=True)
    return found.clamp_max(shares.shape[-1] - 1)


def _token_of(of_token: Tensor, cluster: Tensor, generator: torch.Generator) -> Tensor:
    """For each edge a token of its cluster."""
    found = torch.zeros_like(cluster)
    for each in cluster.unique().tolist():
        there = (cluster == each).nonzero().flatten()
        found[there] = _chosen(of_token[None, :, each], len(there), generator)[0]
    return found
