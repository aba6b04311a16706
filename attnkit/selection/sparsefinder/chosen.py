"""Keys chosen by projected tokens: the nearest, or those of the same bucket in any coordinate."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.densities import entmax
from attnkit.masks import require_finite_where_attended
from attnkit.precision import outside_autocast
from attnkit.readout import read
from attnkit.selection.shared.references import oracle
from attnkit.selection.sparsefinder.projection import distances
from attnkit.validate import require_finite

__all__ = ["bucket_keys", "near_keys", "sparsefinder_attention"]

Projected = Annotated[Float[Tensor, "*batch query feature"], Finite()]
ProjectedKeys = Annotated[Float[Tensor, "*batch key feature"], Like("queries")]
OfKeys = Bool[Tensor, "*#batch key"] | None


@checked
@outside_autocast
def near_keys(
    queries: Projected,
    keys: ProjectedKeys,
    n_keys: Annotated[int, Range(0, 2**30)],
    mask: OfKeys = None,
) -> Bool[Tensor, "*batch query key"]:
    r"""Keep the keys nearest to each query.

    .. math:: K_i = \operatorname{top}_k \{ -\|q_i - k_j\|^2 \}

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, feature) and (..., key, feature), projected.
    n_keys : int
        k; all keys are kept where there are no more.
    mask : Tensor, optional
        (..., key), true for the keys that may be looked at; no other is kept.

    Returns
    -------
    Tensor
        (..., query, key), true for the keys kept.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN or an infinity where a key may be looked at or in a distance, a
        number of keys below zero.

    References
    ----------
    Treviso et al. 2022, "Predicting attention sparsity in transformers"; they keep all keys within
    a distance.
    """
    seen = None if mask is None else mask.expand(keys.shape[:-1])
    keys = require_finite_where_attended("keys", keys, seen)
    return _nearest(queries, keys, n_keys, seen)


def _nearest(queries: Tensor, keys: Tensor, n_keys: int, seen: Tensor | None) -> Tensor:
    """The choice of `near_keys` among keys (..., key) that may be seen."""
    nearness = -distances(queries, keys).detach()
    require_finite("distances of queries and keys", nearness)
    if seen is not None:
        nearness = nearness.masked_fill(~seen[..., None, :], -torch.inf)
    return oracle(nearness, n_keys)


@checked
@outside_autocast
def bucket_keys(
    queries: Projected,
    keys: ProjectedKeys,
    n_buckets: Annotated[int, Range(1, 2**20)],
    mask: OfKeys = None,
) -> Bool[Tensor, "*batch query key"]:
    r"""Keep the keys that share a bucket with the query in any coordinate.

    .. math:: K_i = \{ j : \exists r: \; b(q_{ir}) = b(k_{jr}) \}

    The buckets of a coordinate hold equally many of its queries and keys together; equal
    coordinates share one. Independent coordinates keep a share of :math:`1 - (1 - 1/B)^r` of the
    pairs, not 1/B.

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, feature) and (..., key, feature), projected.
    n_buckets : int
        B, buckets of each coordinate.
    mask : Tensor, optional
        (..., key), true for the keys that may be looked at; the others are in no bucket.

    Returns
    -------
    Tensor
        (..., query, key), true for the keys kept.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN or an infinity where a key may be looked at, no bucket.

    References
    ----------
    Treviso et al. 2022, "Predicting attention sparsity in transformers"; the authors' code.
    """
    seen = keys.new_ones(keys.shape[:-1], dtype=torch.bool)
    seen = seen if mask is None else mask.expand(seen.shape)
    keys = require_finite_where_attended("keys", keys, seen)
    last = keys.masked_fill(~seen[..., None], torch.inf)
    both = torch.cat([queries, last], -2).detach().mT.contiguous()
    both = both.to(torch.promote_types(both.dtype, torch.float32))
    # How many lie below: the same for equal ones.
    ranks = torch.searchsorted(both.sort(-1).values, both).mT
    many = queries.shape[-2] + seen.sum(-1)[..., None, None]
    buckets = ranks * n_buckets // many.clamp_min(1)
    of_query, of_key = buckets.split([queries.shape[-2], keys.shape[-2]], -2)
    shared = (of_query[..., :, None, :] == of_key[..., None, :, :]).any(-1)
    return shared & seen[..., None, :]


@checked
@outside_autocast
def sparsefinder_attention(
    queries: Float[Tensor, "*batch query d_key"],
    keys: Annotated[Float[Tensor, "*batch key d_key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key d_value"], Like("queries")],
    projection: Annotated[Float[Tensor, "*#batch d_key feature"], Finite()] | None = None,
    *,
    n_keys: Annotated[int, Range(1, 2**30)],
    mask: Bool[Tensor, "*#batch key"] | None = None,
) -> Float[Tensor, "*batch query d_value"]:
    r"""Read by entmax-1.5 the keys that stand nearest to each query after one projection.

    .. math::
        o_i = \sum_{j \in K_i} p_{ij} v_j, \qquad
        K_i = \operatorname{top}_k \{ -\|W q_i - W k_j\|^2 \}

    If the support of the whole row is among the keys kept, this is entmax of the whole row,
    exactly: no other key had a weight.

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, d_key), (..., key, d_key) and (..., key, d_value).
    projection : Tensor, optional
        W, (..., d_key, feature), for queries and keys alike; left out, none.
    n_keys : int
        k, at least one.
    mask : Tensor, optional
        (..., key), true for the keys that may be looked at.

    Returns
    -------
    Tensor
        (..., query, d_value); zeros where no key may be looked at. Computed in at least float32, in
        the queries' dtype.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN or an infinity where a key may be looked at or in a distance, no
        key.

    References
    ----------
    Treviso et al. 2022, "Predicting attention sparsity in transformers".
    """
    seen = None if mask is None else mask.expand(keys.shape[:-1])
    keys = require_finite_where_attended("keys", keys, seen)
    queries = require_finite_where_attended("queries", queries, None)
    dtype = torch.promote_types(queries.dtype, torch.float32)
    own = [queries.to(dtype), keys.to(dtype)]
    if projection is not None:
        own = [each @ projection.to(dtype) for each in own]

    def weigh(scores: Tensor, mask: Tensor) -> Tensor:
        return entmax(scores, 1.5, mask=mask)

    return read(queries, keys, values, weigh, _nearest(*own, n_keys, seen))
