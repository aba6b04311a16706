"""What attention reads: the values under the weights that a map makes of the scores."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from attnkit.masks import Mask, require_finite_where_attended, require_mask

__all__ = ["read"]


def read(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    weigh: Callable[..., Tensor],
    mask: Mask | None = None,
) -> Tensor:
    """Values (..., key, channel) under `weigh(scores, mask=mask)`, for each query.

    The scores (..., query, key) are inner products over the root of the width. What the mask leaves
    out is never looked at. Computed in at least float32, returned in the queries' dtype.

    Raises
    ------
    ValueError
        For a mask that does not broadcast to (..., query, key), or NaN or an infinity where a key
        or query is attended.
    """
    dtype = torch.promote_types(queries.dtype, torch.float32)
    of_query = of_key = None
    if mask is not None:
        shape = queries.shape[:-1] + keys.shape[-2:-1]
        whole = require_mask(mask, shape, "queries and keys").expand(shape)
        of_query, of_key = whole.any(-1), whole.any(-2)
    queries_seen = require_finite_where_attended("queries", queries, of_query)
    keys_seen = require_finite_where_attended("keys", keys, of_key)
    values_seen = require_finite_where_attended("values", values, of_key)
    scale = 1 / math.sqrt(max(queries.shape[-1], 1))
    scores = (queries_seen.to(dtype) * scale) @ keys_seen.to(dtype).mT
    return (weigh(scores, mask=mask) @ values_seen.to(dtype)).to(queries.dtype)
