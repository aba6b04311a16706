"""Routing by its definition: which token belongs to which centroids, and the mean over them."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.densities import softmax
from attnkit.masks import require_finite_where_attended
from attnkit.precision import outside_autocast
from attnkit.selection.routing.centroids import OfTokens, cosines

__all__ = ["Counts", "Members", "Queries", "routed_keys", "routing_weights", "top_members"]

Members = Annotated[int, Range(1, 2**30)]
Queries = Float[Tensor, "*batch query d_key"]
Keys = Annotated[Float[Tensor, "*batch key d_key"], Like("queries")]
OfQueries = Bool[Tensor, "*#batch query"] | None
OfKeys = Bool[Tensor, "*#batch key"] | None
Counts = tuple[OfQueries, OfKeys]


def top_members(
    name: str, tokens: Tensor, centroids: Tensor | None, n_members: int, counts: Tensor | None
) -> tuple[Int[Tensor, "..."], Bool[Tensor, "..."]]:
    """For each centroid the tokens nearest to it, (..., cluster, member), and which count."""
    if counts is not None:
        counts = counts.expand(tokens.shape[:-1])
    near = cosines(require_finite_where_attended(name, tokens, counts), centroids)
    if counts is not None:
        near = near.masked_fill(~counts[..., None, :], -torch.inf)
    best = near.topk(min(n_members, tokens.shape[-2]), -1)
    return best.indices, best.values > -torch.inf


def _joined(name, tokens, centroids, n_members, counts) -> Tensor:
    """(..., cluster, token), true where a token is one of a centroid's."""
    places, there = top_members(name, tokens, centroids, n_members, counts)
    shape = (*places.shape[:-1], tokens.shape[-2])
    return torch.zeros(shape, dtype=torch.bool, device=places.device).scatter(-1, places, there)


@checked
@outside_autocast
def routed_keys(
    queries: Queries,
    keys: Keys,
    centroids: OfTokens | None = None,
    *,
    n_members: Members,
    mask: OfKeys = None,
    query_mask: OfQueries = None,
) -> Bool[Tensor, "*batch query key"]:
    r"""Keep the keys that are among the members of a centroid together with the query.

    .. math::
        K_i = \bigcup_{r : i \in \operatorname{top}_w c_r \cdot q}
        \operatorname{top}_w \{ c_r \cdot k_j / \|k_j\| \}

    At most c w² pairs of c centroids; a pair in two clusters counts once. Each centroid takes its
    w nearest, so that a token may have several centroids, or none: a row may be empty.

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, d_key) and (..., key, d_key); only their directions count.
    centroids : Tensor, optional
        (..., cluster, d_key); left out, the d_key unit vectors.
    n_members : int
        w, queries and keys of each centroid; all where there are no more.
    mask, query_mask : Tensor, optional
        (..., key) and (..., query), true for those that count.

    Returns
    -------
    Tensor
        (..., query, key), true for the keys kept.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN or an infinity where a token counts, no member.

    References
    ----------
    Roy et al. 2021, "Efficient content-based sparse attention with routing transformers".
    """
    of_query = _joined("queries", queries, centroids, n_members, query_mask)
    of_key = _joined("keys", keys, centroids, n_members, mask)
    return (of_query.float().mT @ of_key.float()) > 0.5


@checked
@outside_autocast
def routing_weights(
    queries: Queries,
    keys: Keys,
    centroids: OfTokens | None = None,
    *,
    n_members: Members,
    mask: OfKeys = None,
    query_mask: OfQueries = None,
) -> Float[Tensor, "*batch query key"]:
    r"""Return the weights of routing: the mean over a query's clusters of softmax in each.

    .. math::
        p_{ij} = \frac{1}{|R_i|} \sum_{r \in R_i} [\, j \in M_r \,]
        \frac{e^{z_{ij}}}{\sum_{l \in M_r} e^{z_{il}}}, \qquad R_i = \{ r : i \in M_r \}

    The definition, which looks at every pair once a cluster; `routing_attention` gathers.

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, d_key) and (..., key, d_key).
    centroids, n_members, mask, query_mask
        As in `routed_keys`, which keeps exactly the keys of a weight that is not zero.

    Returns
    -------
    Tensor
        (..., query, key), in at least float32; a query that no centroid took has zeros.

    Raises
    ------
    ValueError, TypeError
        As `routed_keys`; shapes that do not fit together.

    References
    ----------
    Roy et al. 2021, "Efficient content-based sparse attention with routing transformers"; the
    mean is that of a public implementation (lucidrains/routing-transformer).
    """
    of_query = _joined("queries", queries, centroids, n_members, query_mask)
    of_key = _joined("keys", keys, centroids, n_members, mask)
    dtype = torch.promote_types(queries.dtype, torch.float32)
    queries = require_finite_where_attended("queries", queries, query_mask).to(dtype)
    keys = require_finite_where_attended("keys", keys, mask).to(dtype)
    scores = queries @ keys.mT * max(queries.shape[-1], 1) ** -0.5
    pairs = of_query[..., :, None] & of_key[..., None, :]
    each = softmax(scores[..., None, :, :].expand(pairs.shape), mask=pairs)
    return each.sum(-3) / of_query.sum(-2)[..., None].clamp_min(1)
