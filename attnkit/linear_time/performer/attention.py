"""Attention by positive random features: a sum of pairs whose kernel is softmax's in the mean."""

from typing import Annotated

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.linear_time.performer.arguments import (
    Counts,
    Directions,
    Keys,
    Queries,
    Shift,
    State,
    Values,
    mapped,
    read_of,
)
from attnkit.memory import linear, normalised_linear_attention
from attnkit.precision import outside_autocast

__all__ = [
    "parallel_performer_attention",
    "performer_attention",
    "recurrent_performer_attention",
]


@checked
@outside_autocast
def performer_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    directions: Directions = None,
    shift: Shift = 0.0,
    initial_state: State = None,
    mask: Counts = None,
    chunk_size: Annotated[int, Range(1, 2**16)] = 32,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch feature value+1"]]:
    r"""Average the values so far, causally, by a random estimate of softmax's weights.

    .. math:: o_i = \frac{\sum_{j \le i} \phi(q_i) \cdot \phi(k_j)\, v_j}
                         {\sum_{j \le i} \phi(q_i) \cdot \phi(k_j)}, \qquad
              \phi_a(x) = e^{\omega_a \cdot x' - |x'|^2/2}, \quad x' = x / d^{1/4}

    Both sums are softmax's in the mean over directions; their ratio, for a finite number of them,
    is not.

    Parameters
    ----------
    queries, keys : Float[Tensor, "*batch time key"]
        (..., time, key), at least one token.
    values : Float[Tensor, "*batch time value"]
        (..., time, value), one a key.
    directions : Float[Tensor, "direction key"], optional
        (direction, key), shared by all heads of the call and by all pieces of a sequence. Other
        ones now and then are a *redraw*. 64 orthogonal ones of seed 0 else, which compiled code
        cannot draw.
    shift : float
        The keys' features are divided by its exponential, which no weight sees: the features of
        long keys, all below one, then do not underflow. The state is divided by it, too.
    initial_state : Float[Tensor, "*batch feature value+1"], optional
        ``[S z]`` as returned under the same directions and shift; zeros else.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts; elsewhere the state stays as it is and zero is read.
    chunk_size : int
        Between 1 and 65536, rounded up to a power of two.

    Returns
    -------
    output, state
        (..., time, value) in the dtype of the input and ``[S z]``, (..., direction, value + 1), in
        at least float32. A query that meets no weight reads zero.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, no direction, NaN, infinity, features that overflow,
        or all underflow; dtypes that differ, integers.

    References
    ----------
    Choromanski et al. 2021, arXiv:2009.14794: FAVOR+.
    """
    tokens = mapped(queries, keys, values, mask, directions, shift)
    output, state = normalised_linear_attention(
        *tokens, initial_state=initial_state, mask=mask, chunk_size=chunk_size
    )
    return read_of(output, state, values, mask)


@checked
@outside_autocast
def recurrent_performer_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    directions: Directions = None,
    shift: Shift = 0.0,
    initial_state: State = None,
    mask: Counts = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch feature value+1"]]:
    r"""Write and read random features token by token: what `performer_attention` must equal.

    .. math:: [S\; z] \leftarrow [S\; z] + \phi(k_t)\, [v_t\; 1]^\top, \qquad
              o_t = S^\top \phi(q_t) / z^\top \phi(q_t)

    Queries and keys are (..., time, key), values and reads (..., time, value); directions,
    shift, state and mask as `performer_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, no direction, NaN, infinity, features that overflow,
        or all underflow; dtypes that differ, integers.

    References
    ----------
    Choromanski et al. 2021, arXiv:2009.14794.
    """
    tokens = mapped(queries, keys, values, mask, directions, shift)
    output, state = linear.recurrent_normalised_linear_attention(
        *tokens, initial_state=initial_state, mask=mask
    )
    return read_of(output, state, values, mask)


@checked
@outside_autocast
def parallel_performer_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    directions: Directions = None,
    shift: Shift = 0.0,
    initial_state: State = None,
    mask: Counts = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch feature value+1"]]:
    r"""Average by a matrix of products of features: what `performer_attention` must equal.

    .. math:: A_{ij} = \phi(q_i) \cdot \phi(k_j) \text{ for } j \le i, \text{ else } 0

    Queries and keys are (..., time, key), values and reads (..., time, value); directions,
    shift, state and mask as `performer_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, no direction, NaN, infinity, features that overflow,
        or all underflow; dtypes that differ, integers.

    References
    ----------
    Choromanski et al. 2021, arXiv:2009.14794.
    """
    tokens = mapped(queries, keys, values, mask, directions, shift)
    output, state = linear.parallel_normalised_linear_attention(
        *tokens, initial_state=initial_state, mask=mask
    )
    return read_of(output, state, values, mask)
