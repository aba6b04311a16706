"""Performer attention of whole sequences: every query reads every key."""

from typing import Annotated

from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.linear_time.performer.arguments import CURE, Directions, Shift, features
from attnkit.linear_time.shared.tokens import compute_dtype, require_left
from attnkit.linear_time.shared.whole import linear_average
from attnkit.masks import require_finite_where_attended
from attnkit.precision import outside_autocast

__all__ = ["bidirectional_performer_attention"]


@checked
@outside_autocast
def bidirectional_performer_attention(
    queries: Annotated[Float[Tensor, "*batch query key"], Finite()],
    keys: Annotated[Float[Tensor, "*batch token key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch token value"], Like("queries")],
    *,
    directions: Directions = None,
    shift: Shift = 0.0,
    mask: Bool[Tensor, "*batch token"] | None = None,
) -> Float[Tensor, "*batch query value"]:
    r"""Average all values, of later tokens too, as `performer_attention` does those so far.

    .. math:: c_i = \frac{\phi(q_i)^\top \sum_j \phi(k_j)\, v_j^\top}
                         {\phi(q_i)^\top \sum_j \phi(k_j)}

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, key), (..., token, key) and (..., token, value).
    directions : Float[Tensor, "direction key"], optional
        (direction, key), shared by all heads of the call; else 64 orthogonal ones of seed 0.
    shift : float
        The keys' features are divided by its exponential, which no weight sees.
    mask : Tensor or None
        (..., token), true where a token may be attended; what is masked is never looked at.

    Returns
    -------
    Tensor
        (..., query, value), in the queries' dtype; zeros where no token may be attended.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no feature or direction, NaN or infinity where attended, features
        that overflow, or all underflow; dtypes that differ, integers.

    References
    ----------
    Choromanski et al. 2021, arXiv:2009.14794: FAVOR+.
    """
    keys = require_finite_where_attended("keys", keys, mask)
    asked, kept = (each.to(compute_dtype(each)) for each in (queries, keys))
    asked, kept = features(asked, kept, directions, shift)
    if keys.shape[-2]:
        largest = kept if mask is None else kept * mask[..., None]
        counts = None if mask is None else mask.any(-1)
        require_left(largest.amax(-2), "keys", CURE, counts)
    return linear_average(asked, kept, values.to(asked.dtype), mask).to(queries.dtype)
