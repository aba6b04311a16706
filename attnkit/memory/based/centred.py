"""Taylor attention about the mean key: the polynomial is moved to where the scores are."""

import math
from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.memory.based.buffer import average
from attnkit.memory.feature_maps.based import expansion
from attnkit.memory.linear import normalised_linear_attention
from attnkit.memory.shared.arguments import MOST_CHUNKED, finite_tokens, require_finite_results
from attnkit.memory.shared.recurrent import each_token, outer, read

__all__ = ["centred_taylor_attention", "recurrent_centred_taylor_attention"]

Queries = Float[Tensor, "*batch time key"]
Keys = Annotated[Float[Tensor, "*batch time key"], Like("queries")]
Values = Annotated[Float[Tensor, "*batch time value"], Like("queries")]
State = Annotated[Float[Tensor, "*batch feature value+1"], Finite()]


@checked
def centred_taylor_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    initial_state: State | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
    chunk_size: Annotated[int, Range(1, MOST_CHUNKED)] = 32,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch feature value+1"]]:
    r"""Average values by the Taylor polynomial of what scores exceed that of the mean key so far.

    .. math:: o_i = \frac{\sum_{j \le i} T(s_{ij} - \delta_i)\, v_j}
                         {\sum_{j \le i} T(s_{ij} - \delta_i)}, \qquad
              \delta_i = \frac{q_i \cdot \bar k_i}{\sqrt d}, \quad
              \bar k_i = \frac1i \sum_{j \le i} k_j

    A vector added to every key changes nothing, as in softmax attention and unlike in
    `taylor_attention`. Nothing more is kept: :math:`T(s - \delta)`, which is
    :math:`(1 - \delta + \delta^2/2) + (1 - \delta)\, s + s^2/2`, has the same features
    with other factors before them, which belong to the query, and the mean key stands in the
    state's last column.

    Parameters
    ----------
    queries, keys, values : Float[Tensor, "*batch time key"]
        (..., time, key), (..., time, key) and (..., time, value), at least one token.
    initial_state : Float[Tensor, "*batch feature value+1"], optional
        ``[S z]`` of the features, as `taylor_attention` returns it too; zeros else.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts; elsewhere the state stays as it is and zero is read.
    chunk_size : int
        Between 1 and 65536, rounded up to a power of two.

    Returns
    -------
    output, state
        (..., time, value) in the dtype of the input and ``[S z]`` in at least float32.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN, infinity, numbers that overflow; dtypes that differ,
        integers.

    References
    ----------
    Derived here.
    """
    dtype, d_key = values.dtype, keys.shape[-1]
    queries, keys, values = finite_tokens(queries, keys, values, mask)
    counts = torch.ones_like(keys[..., :1]) if mask is None else mask.to(keys)[..., None]
    sums = torch.cat([counts, keys / d_key**0.25], -1).cumsum(-2)
    if initial_state is not None:
        sums = sums + initial_state[..., None, : d_key + 1, -1]
    output, state = normalised_linear_attention(
        _moved(expansion("queries", queries), queries, sums),
        expansion("keys", keys),
        values,
        initial_state=initial_state,
        mask=mask,
        chunk_size=chunk_size,
    )
    return output.to(dtype), state


def _moved(features: Tensor, queries: Tensor, sums: Tensor) -> Tensor:
    """A query's features about the mean key, from the state's first sums: a count, and the keys'.

    The keys' sum is over d to the power 1/4, as in their features.
    """
    d_key = queries.shape[-1]
    mean = sums[..., 1:] / sums[..., :1].clamp_min(1)
    delta = (features[..., 1 : d_key + 1] * mean).sum(-1, keepdim=True)
    factors = [1 - delta + delta**2 / 2, (1 - delta).expand(*delta.shape[:-1], d_key)]
    factors.append(torch.ones_like(features[..., d_key + 1 :]))
    return features * torch.cat(factors, -1)


@checked
def recurrent_centred_taylor_attention(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    initial_state: State | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch feature value+1"]]:
    r"""Read about the mean key that the state holds: what `centred_taylor_attention` must equal.

    .. math:: \bar k_t = d^{1/4}\, z_{1 \dots d} / z_0

    Queries and keys are (..., time, key), values and reads
    (..., time, value); state and mask as `taylor_attention` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN, infinity, numbers that overflow; dtypes that differ,
        integers.

    References
    ----------
    Derived here.
    """
    queries, keys, values = finite_tokens(queries, keys, values, mask)
    features = expansion("keys", keys)
    extended = torch.cat([values, torch.ones_like(values[..., :1])], -1)
    counts = torch.ones_like(keys[..., :1]) > 0 if mask is None else mask[..., None]
    state, outputs = initial_state, []
    if state is None:
        state = 0 * outer(features[..., 0, :], extended[..., 0, :])
    d_key = keys.shape[-1]
    for q, f, v, count in each_token(queries, features, extended, counts):
        state = torch.where(count[..., None], state + outer(f, v), state)
        mean = d_key**0.25 * state[..., 1 : d_key + 1, -1] / state[..., :1, -1].clamp_min(1)
        delta = (q * mean).sum(-1, keepdim=True) / math.sqrt(d_key)
        linear, one = (1 - delta) * q / d_key**0.25, 1 - delta + delta**2 / 2
        moved = torch.cat([one, linear, expansion("queries", q)[..., d_key + 1 :]], -1)
        outputs.append(torch.where(count, average(read(state, moved)), 0.0))
    results = {"output": torch.stack(outputs, -2), "state": state}
    require_finite_results(results, queries=queries, keys=keys, values=values)
    return results["output"], state
