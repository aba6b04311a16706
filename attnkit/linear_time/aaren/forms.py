"""Aaren's attention as a loop, in the fewest rounds, and as a matrix: four ways, one result."""

from attnkit.arguments import checked
from attnkit.linear_time.aaren.arguments import Counts, Keys, Query, Reads, State, Values, run
from attnkit.linear_time.aaren.scans import loop_prefixes, matrix_prefixes, shallow_prefixes
from attnkit.precision import outside_autocast

__all__ = ["parallel_aaren_attention", "recurrent_aaren_attention", "shallow_aaren_attention"]


@checked
@outside_autocast
def recurrent_aaren_attention(
    query: Query,
    keys: Keys,
    values: Values,
    *,
    initial_state: State | None = None,
    mask: Counts | None = None,
) -> Reads:
    r"""Merge each token into the triple of those before it and read, token by token.

    .. math::
        m_t &= \max(m_{t-1}, s_t), \\
        u_t &= e^{m_{t-1} - m_t} u_{t-1} + e^{s_t - m_t}, \\
        w_t &= e^{m_{t-1} - m_t} w_{t-1} + e^{s_t - m_t} v_t

    The definition; a read is w / u. The query is (..., key), keys are (..., time, key), values and
    reads (..., time, value); state and mask as `aaren_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN, infinity, numbers that overflow; dtypes that differ, integers.

    References
    ----------
    Feng et al. 2024, "Attention as an RNN"; Milakov and Gimelshein 2018 for the running maximum.
    """
    output, state = run(loop_prefixes, (query, keys, values), initial_state, mask)
    return output, tuple(state)


@checked
@outside_autocast
def shallow_aaren_attention(
    query: Query,
    keys: Keys,
    values: Values,
    *,
    initial_state: State | None = None,
    mask: Counts | None = None,
) -> Reads:
    r"""Take all prefixes in the fewest rounds, by n log n merges.

    .. math:: x_i \leftarrow x_{i - 2^r} \oplus x_i \text{ for } i \ge 2^r, \qquad
              r = 0, \dots, \lceil \log_2 n \rceil - 1

    For a machine with a processor for each token. The query is (..., key), keys are
    (..., time, key), values and reads (..., time, value); state and mask as `aaren_attention` has
    them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN, infinity, numbers that overflow; dtypes that differ, integers.

    References
    ----------
    Hillis and Steele 1986; Feng et al. 2024, "Attention as an RNN".
    """
    output, state = run(shallow_prefixes, (query, keys, values), initial_state, mask)
    return output, tuple(state)


@checked
@outside_autocast
def parallel_aaren_attention(
    query: Query,
    keys: Keys,
    values: Values,
    *,
    initial_state: State | None = None,
    mask: Counts | None = None,
) -> Reads:
    r"""Weigh the tokens of every prefix by a row of a matrix, with no merge among them.

    .. math:: O = W V, \qquad W_{tj} = e^{s_j} \Big/ \sum_{l \le t} e^{s_l}
              \text{ for } j \le t, \text{ else } 0

    Quadratic in the length, to be compared with. The query is (..., key), keys are
    (..., time, key), values and reads (..., time, value); state and mask as `aaren_attention` has
    them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN, infinity, numbers that overflow; dtypes that differ, integers.

    References
    ----------
    Feng et al. 2024, "Attention as an RNN".
    """
    output, state = run(matrix_prefixes, (query, keys, values), initial_state, mask)
    return output, tuple(state)
