"""Softmax over the keys that a drawn graph gives each query."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.densities import softmax
from attnkit.masks import require_finite_where_attended
from attnkit.precision import outside_autocast
from attnkit.readout import read
from attnkit.selection.sbm.chances import Bias, Floor, OfTokens, edge_chances
from attnkit.selection.sbm.sampled import sample_edges

__all__ = ["sbm_attention", "sbm_keys"]


@checked
def sbm_keys(
    queries: Float[Tensor, "*batch query d_key"],
    keys: Annotated[Float[Tensor, "*batch key d_key"], Like("queries")],
    clusters: OfTokens | None = None,
    *,
    generator: torch.Generator,
    bias: Bias = 0.0,
    floor: Floor = 0.01,
    mask: Bool[Tensor, "*#batch key"] | None = None,
) -> Bool[Tensor, "*batch query key"]:
    r"""Draw the keys that each query looks at.

    .. math:: K_i = \{ j : A_{ij} = 1 \}, \qquad A \sim \operatorname{Bernoulli}(P)

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, d_key) and (..., key, d_key).
    clusters, bias, floor
        As in `edge_chances`, which makes P of them.
    generator : torch.Generator
        Of the draw, on the CPU: one of the same seed draws the graph of `sbm_attention`.
    mask : Tensor, optional
        (..., key), true for the keys that may be looked at; the draw is the same without it.

    Returns
    -------
    Tensor
        (..., query, key), true for the keys kept; a row may have none.

    Raises
    ------
    ValueError, TypeError
        As `edge_chances`; what is no generator; shapes that do not fit together; NaN or an infinity
        where a key may be looked at.

    References
    ----------
    Cho et al. 2022, "Transformers meet stochastic block models".
    """
    seen = None if mask is None else mask.expand(keys.shape[:-1])
    keys = require_finite_where_attended("keys", keys, seen)
    edges = sample_edges(edge_chances(queries, keys, clusters, bias=bias, floor=floor), generator)
    return edges > 0 if seen is None else (edges > 0) & seen[..., None, :]


@checked
@outside_autocast
def sbm_attention(
    queries: Float[Tensor, "*batch query d_key"],
    keys: Annotated[Float[Tensor, "*batch key d_key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key d_value"], Like("queries")],
    clusters: OfTokens | None = None,
    *,
    generator: torch.Generator,
    bias: Bias = 0.0,
    floor: Floor = 0.01,
    mask: Bool[Tensor, "*#batch key"] | None = None,
) -> Float[Tensor, "*batch query d_value"]:
    r"""Read the keys to which a graph drawn from clusters has an edge.

    .. math::
        o_i = \sum_j \frac{A_{ij} e^{z_{ij}}}{\sum_l A_{il} e^{z_{il}}} v_j, \qquad
        A \sim \operatorname{Bernoulli}(P), \quad z_{ij} = q_i \cdot k_j / \sqrt d

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, d_key), (..., key, d_key) and (..., key, d_value).
    clusters, bias, floor
        As in `edge_chances`, which makes P of them.
    generator : torch.Generator
        Of the draw, on the CPU.
    mask : Tensor, optional
        (..., key), true for the keys that may be looked at; the draw is the same without it.

    Returns
    -------
    Tensor
        (..., query, d_value); a query without an edge reads zeros. Computed in at least float32,
        in the queries' dtype; gradients reach the clusters through `sample_edges`.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN or an infinity where a key may be looked at, no generator.

    References
    ----------
    Cho et al. 2022, "Transformers meet stochastic block models"; the authors' code.
    """
    seen = None if mask is None else mask.expand(keys.shape[:-1])
    keys = require_finite_where_attended("keys", keys, seen)
    edges = sample_edges(edge_chances(queries, keys, clusters, bias=bias, floor=floor), generator)
    there = edges > 0 if seen is None else (edges > 0) & seen[..., None, :]

    def weigh(scores: Tensor, mask: Tensor) -> Tensor:
        # log A is 0 where there is an edge; it is here for its slope, 1.
        return softmax(scores + torch.where(there, edges, 1.0).log().to(scores.dtype), mask=mask)

    return read(queries, keys, values, weigh, there)
