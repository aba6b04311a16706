"""The same read, cluster by cluster, of the members alone."""

from typing import Annotated

from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.densities import softmax
from attnkit.precision import outside_autocast
from attnkit.readout import read
from attnkit.selection.routing.centroids import OfTokens
from attnkit.selection.routing.routing import Members, top_members

__all__ = ["routing_attention"]


@checked
@outside_autocast
def routing_attention(
    queries: Float[Tensor, "*batch query d_key"],
    keys: Annotated[Float[Tensor, "*batch key d_key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key d_value"], Like("queries")],
    centroids: OfTokens | None = None,
    *,
    n_members: Members,
    mask: Bool[Tensor, "*#batch key"] | None = None,
    query_mask: Bool[Tensor, "*#batch query"] | None = None,
) -> Float[Tensor, "*batch query d_value"]:
    r"""Read by softmax among the members of each centroid, and take the mean over a query's.

    .. math:: o_i = \sum_j p_{ij} v_j, \qquad p \text{ of } \texttt{routing\_weights}

    The time is that of c w² pairs of c centroids, and of comparing every token with each.

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, d_key), (..., key, d_key) and (..., key, d_value).
    centroids, n_members, mask, query_mask
        As in `routed_keys`. Tokens that do not count take no place among the members.

    Returns
    -------
    Tensor
        (..., query, d_value); a query that no centroid took reads zeros. Computed in at least
        float32, in the queries' dtype.

    Raises
    ------
    ValueError, TypeError
        As `routed_keys`; values of another length than the keys.

    References
    ----------
    Roy et al. 2021, "Efficient content-based sparse attention with routing transformers".
    """
    places, of_query = top_members("queries", queries, centroids, n_members, query_mask)
    key_places, of_key = top_members("keys", keys, centroids, n_members, mask)
    own = _gathered(keys, key_places), _gathered(values, key_places)
    among = of_query[..., :, None] & of_key[..., None, :]
    found = read(_gathered(queries, places), *own, softmax, among).flatten(-3, -2)
    at = places.flatten(-2)[..., None]
    total = found.new_zeros((*queries.shape[:-1], values.shape[-1]))
    total = total.scatter_add(-2, at.expand(found.shape), found)
    counted = of_query.flatten(-2)[..., None].to(total.dtype)
    n_clusters = total.new_zeros((*queries.shape[:-1], 1)).scatter_add(-2, at, counted)
    return total / n_clusters.clamp_min(1)


def _gathered(rows: Tensor, places: Tensor) -> Tensor:
    """Rows (..., token, feature) at places (..., cluster, member)."""
    at = places.flatten(-2)[..., None].expand(*places.shape[:-2], -1, rows.shape[-1])
    return rows.gather(-2, at).unflatten(-2, places.shape[-2:])
