"""Linear attention behind NaLaFormer's maps: causal with a state, and over whole sequences."""

from typing import Annotated

from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.linear_time.nalaformer.features import Power, nala_key_features, nala_query_features
from attnkit.linear_time.shared.tokens import compute_dtype, wide_tokens
from attnkit.linear_time.shared.whole import linear_average
from attnkit.masks import require_finite_where_attended
from attnkit.memory import normalised_linear_attention
from attnkit.precision import outside_autocast

__all__ = ["bidirectional_nala_attention", "nala_attention", "nala_tokens"]


@checked
def nala_attention(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    *,
    power: Power = 3.0,
    initial_state: Annotated[Float[Tensor, "*batch feature value+1"], Finite()] | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
    chunk_size: Annotated[int, Range(1, 2**16)] = 32,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch feature value+1"]]:
    r"""Average all values so far by NaLaFormer's kernel, in which the query's norm has a say.

    .. math:: c_i = \frac{\phi(q_i)^\top \sum_{j \le i} \psi(k_j) v_j^\top}
                         {\phi(q_i)^\top \sum_{j \le i} \psi(k_j)}

    Parameters
    ----------
    queries, keys : Tensor
        (..., time, key), at least one token.
    values : Tensor
        (..., time, value), one a key.
    power : float
        :math:`\lambda` of both maps.
    initial_state : Tensor, optional
        ``[S z]`` of the features, (..., 2 key, value + 1), as returned; zeros else.
    mask : Tensor, optional
        (..., time), true where a token counts; elsewhere the state stays as it is and zero is read.
    chunk_size : int
        Between 1 and 65536, rounded up to a power of two.

    Returns
    -------
    output, state
        (..., time, value) in the dtype of the input and ``[S z]`` in at least float32. A query that
        shares no sign with any key, or is zero, reads zeros.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, no feature, NaN, infinity, powers that overflow; dtypes
        that differ, integers.

    References
    ----------
    Meng et al. 2025, "NaLaFormer", arXiv:2506.21137; the authors' model is for images and reads
    whole sequences, so that the causal form is ours.
    """
    tokens = nala_tokens(queries, keys, values, mask, power)
    output, state = normalised_linear_attention(
        *tokens, initial_state=initial_state, mask=mask, chunk_size=chunk_size
    )
    return output.to(values.dtype), state


@checked
@outside_autocast
def bidirectional_nala_attention(
    queries: Annotated[Float[Tensor, "*batch query key_width"], Finite()],
    keys: Annotated[Float[Tensor, "*batch key key_width"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key channel"], Like("queries")],
    *,
    power: Power = 3.0,
    mask: Bool[Tensor, "*batch key"] | None = None,
) -> Float[Tensor, "*batch query channel"]:
    r"""Average all values by `nala_weights`, at a cost linear in queries and keys.

    .. math:: c_i = \frac{\phi(q_i)^\top \sum_j \psi(k_j) v_j^\top}
                         {\phi(q_i)^\top \sum_j \psi(k_j)}

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, feature), (..., key, feature) and (..., key, channel).
    power : float
        :math:`\lambda` of both maps.
    mask : Tensor or None
        (..., key), true where a key may be attended; what is masked is never looked at.

    Returns
    -------
    Tensor
        (..., query, channel), in the queries' dtype.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no feature, NaN or infinity where attended, powers that overflow;
        dtypes that differ, integers. A sequence without a token is none: it reads zeros.

    References
    ----------
    Meng et al. 2025, "NaLaFormer", arXiv:2506.21137, without rotation, convolution and gate.
    """
    keys = require_finite_where_attended("keys", keys, mask)
    wide = [each.to(compute_dtype(each)) for each in (queries, keys, values)]
    features = nala_query_features(wide[0], power), nala_key_features(wide[1], power)
    return linear_average(*features, wide[2], mask).to(queries.dtype)


def nala_tokens(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None, power: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Features of queries and keys that count, and the values, in at least float32."""
    queries, keys, values = wide_tokens(queries, keys, values, mask)
    return nala_query_features(queries, power), nala_key_features(keys, power), values
