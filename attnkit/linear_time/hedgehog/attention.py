"""Hedgehog attention: features of learned projections, summed into a state that queries read."""

from typing import Annotated

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.linear_time.hedgehog.arguments import (
    Counts,
    Keys,
    Projection,
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
    "hedgehog_attention",
    "parallel_hedgehog_attention",
    "recurrent_hedgehog_attention",
]


@checked
@outside_autocast
def hedgehog_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    query_projection: Projection = None,
    key_projection: Projection = None,
    shift: Shift = 0.0,
    initial_state: State = None,
    mask: Counts = None,
    chunk_size: Annotated[int, Range(1, 2**16)] = 32,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch feature value+1"]]:
    r"""Average the values so far, causally, by exponential features of projected queries and keys.

    .. math:: o_i = \frac{\sum_{j \le i} \phi(W_q q_i) \cdot \phi(W_k k_j)\, v_j}
                         {\sum_{j \le i} \phi(W_q q_i) \cdot \phi(W_k k_j)}, \qquad
              \phi(x) = [e^x,\; e^{-x}]

    Features of keys are divided by :math:`e^c`, the same for every key and every piece of a
    sequence; what a query's features are divided by cancels in its own row, so that each has its
    largest at one.

    Parameters
    ----------
    queries, keys : Float[Tensor, "*batch time key"]
        (..., time, key), at least one token. Nothing is divided by the root of the width.
    values : Float[Tensor, "*batch time value"]
        (..., time, value), one a key.
    query_projection, key_projection : Tensor, optional
        :math:`W_q` and :math:`W_k`, (row, key) or one a head, (..., row, key); the identity else.
    shift : float
        c; the state is divided by its exponential.
    initial_state : Float[Tensor, "*batch feature value+1"], optional
        ``[S z]`` as returned under the same shift and projections; zeros else.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts; elsewhere the state stays as it is and zero is read.
    chunk_size : int
        Between 1 and 65536, rounded up to a power of two.

    Returns
    -------
    output, state
        (..., time, value) in the dtype of the input and ``[S z]``, (..., 2 row, value + 1), in at
        least float32. A query that meets no weight reads zero.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN, infinity, and keys whose features overflow, or all
        underflow, under this shift; dtypes that differ, integers.

    References
    ----------
    Zhang et al. 2024, arXiv:2402.04347; sums and state after Katharopoulos et al. 2020, eqs. 10-12.
    """
    tokens = mapped(queries, keys, values, mask, query_projection, key_projection, shift)
    output, state = normalised_linear_attention(
        *tokens, initial_state=initial_state, mask=mask, chunk_size=chunk_size
    )
    return read_of(output, state, values, mask)


@checked
@outside_autocast
def recurrent_hedgehog_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    query_projection: Projection = None,
    key_projection: Projection = None,
    shift: Shift = 0.0,
    initial_state: State = None,
    mask: Counts = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch feature value+1"]]:
    r"""Write and read features token by token: what `hedgehog_attention` must equal.

    .. math:: [S\; z] \leftarrow [S\; z] + \phi(W_k k_t)\, [v_t\; 1]^\top, \qquad
              o_t = S^\top \phi(W_q q_t) / z^\top \phi(W_q q_t)

    Queries and keys are (..., time, key), values and reads (..., time, value); projections, shift,
    state and mask as `hedgehog_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN, infinity, features that overflow, or all
        underflow; dtypes that differ, integers.

    References
    ----------
    Zhang et al. 2024, arXiv:2402.04347; Katharopoulos et al. 2020, eqs. 16-20.
    """
    tokens = mapped(queries, keys, values, mask, query_projection, key_projection, shift)
    output, state = linear.recurrent_normalised_linear_attention(
        *tokens, initial_state=initial_state, mask=mask
    )
    return read_of(output, state, values, mask)


@checked
@outside_autocast
def parallel_hedgehog_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    query_projection: Projection = None,
    key_projection: Projection = None,
    shift: Shift = 0.0,
    initial_state: State = None,
    mask: Counts = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch feature value+1"]]:
    r"""Average by a matrix of products of features: what `hedgehog_attention` must equal.

    .. math:: A_{ij} = \phi(W_q q_i) \cdot \phi(W_k k_j) \text{ for } j \le i, \text{ else } 0

    Queries and keys are (..., time, key), values and reads (..., time, value); projections, shift,
    state and mask as `hedgehog_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN, infinity, features that overflow, or all
        underflow; dtypes that differ, integers.

    References
    ----------
    Zhang et al. 2024, arXiv:2402.04347.
    """
    tokens = mapped(queries, keys, values, mask, query_projection, key_projection, shift)
    output, state = linear.parallel_normalised_linear_attention(
        *tokens, initial_state=initial_state, mask=mask
    )
    return read_of(output, state, values, mask)
