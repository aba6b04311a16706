"""Cosines as scores, scaled by the logarithms of width and length; and what is read under them."""

import math
from collections.abc import Callable
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.length.shared.visible import visible_keys
from attnkit.masks import Mask, require_finite_where_attended, require_mask
from attnkit.precision import outside_autocast

__all__ = ["cosine_scores", "read_cosines"]


@checked
@outside_autocast
def cosine_scores(
    queries: Float[Tensor, "*batch query feature"],
    keys: Annotated[Float[Tensor, "*batch key feature"], Like("queries")],
    *,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query key"]:
    r"""Cosines between queries and keys, times the logarithms of the width and of the length.

    .. math:: z_{qk} = \log d \, \log n_q \, \frac{Q_q \cdot K_k}{\|Q_q\| \|K_k\|}

    n is the number of keys that the query may attend, so that a query with one key has scores of
    zero. A vector of zeros has cosine zero with every other.

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, feature) and (..., key, feature), with the same leading dimensions and dtype.
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); true where a key may be attended. What it leaves
        out is never looked at.

    Returns
    -------
    Tensor (..., query, key), in at least float32.

    Raises
    ------
    TypeError
        For queries or keys that are not floating point or differ in dtype.
    ValueError
        For NaN or an infinity where something is attended, and sizes that do not fit together.

    Notes
    -----
    Gao et al. 2025, arXiv:2501.13428 (abstract read; the scale is second-hand).
    """
    queries_seen, keys_seen = _unit(queries, keys, mask)
    cosines = queries_seen @ keys_seen.mT
    n_keys = visible_keys(cosines, mask).clamp_min(1)
    return cosines * (n_keys.log() * math.log(max(queries.shape[-1], 1)))


@outside_autocast
def read_cosines(
    queries: Tensor, keys: Tensor, values: Tensor, weigh: Callable[..., Tensor], mask: Mask | None
) -> Tensor:
    """Values (..., key, channel) under `weigh(cosine_scores, mask=mask)`, for each query."""
    scores = cosine_scores(queries, keys, mask=mask)
    of_key = None if mask is None else mask.expand(scores.shape).any(-2)
    seen = require_finite_where_attended("values", values, of_key).to(scores.dtype)
    return (weigh(scores, mask=mask) @ seen).to(queries.dtype)


def _unit(queries: Tensor, keys: Tensor, mask: Mask | None) -> tuple[Tensor, Tensor]:
    """Queries and keys of length one, in at least float32; zeros where nothing is attended."""
    of_query = of_key = None
    if mask is not None:
        shape = queries.shape[:-1] + keys.shape[-2:-1]
        whole = require_mask(mask, shape, "queries and keys").expand(shape)
        of_query, of_key = whole.any(-1), whole.any(-2)
    seen_queries = require_finite_where_attended("queries", queries, of_query)
    return _direction(seen_queries), _direction(require_finite_where_attended("keys", keys, of_key))


def _direction(vectors: Tensor) -> Tensor:
    """Vectors over their length, zeros left as they are; no square overflows or vanishes."""
    vectors = vectors.to(torch.promote_types(vectors.dtype, torch.float32))
    if vectors.shape[-1] == 0:
        return vectors
    largest = vectors.detach().abs().amax(-1, keepdim=True)
    shrunk = vectors / largest.where(largest > 0, 1.0)
    return shrunk / torch.linalg.vector_norm(shrunk, dim=-1, keepdim=True).where(largest > 0, 1.0)
