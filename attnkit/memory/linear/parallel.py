"""Linear attention as one token × token matrix of weights: what a sum of pairs is as attention."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.memory.shared.arguments import (
    initial_state_or_zeros,
    log_decay_or_zeros,
    require_finite_results,
    wide_tokens,
)
from attnkit.memory.shared.whole import from_start, left_of, scores_between

__all__ = ["parallel_linear_attention", "parallel_normalised_linear_attention"]


@checked
def parallel_linear_attention(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    *,
    log_decay: Float[Tensor, "*batch time"] | Float[Tensor, "*batch time key"] | None = None,
    initial_state: Annotated[Float[Tensor, "*batch key value"], Finite()] | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch key value"]]:
    r"""Weigh every value by its key's product with the query: what `linear_attention` must equal.

    .. math:: O = (Q K^\top \circ D)\, V, \qquad
              D_{ij} = e^{g_{j+1} + \dots + g_i} \text{ for } j \le i, \text{ else } 0

    Softmax attention without the softmax: quadratic in the length, to be read and compared with. It
    computes in the dtype it is given.

    Parameters
    ----------
    queries, keys, values : Float[Tensor, "*batch time key"]
        (..., time, key), (..., time, key) and (..., time, value), at least one token.
    log_decay : Float[Tensor, "*batch time"] or "*batch time key", optional
        :math:`g_t`, one number a token, (..., time), or one a key channel, (..., time, key), which
        then stands inside the product of query and key.
    initial_state : Float[Tensor, "*batch key value"], optional
        (..., key, value), read by every query, decayed; zeros else.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts; elsewhere the state stays as it is and zero is read.

    Returns
    -------
    output, state
        (..., time, value) and (..., key, value).

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN or infinity, a positive log-decay; dtypes that differ,
        integers.

    References
    ----------
    Katharopoulos et al. 2020, "Transformers are RNNs", eq. 9 without the normaliser; Sun et al.
    2023, "Retentive network", eq. 5, for the decay.
    """
    queries, keys, values = wide_tokens(queries, keys, values, mask)
    state = initial_state_or_zeros(initial_state, keys, (keys.shape[-1], values.shape[-1]))
    decay = log_decay_or_zeros(log_decay, keys, mask)
    left = left_of(decay)
    written = scores_between(queries, keys, left) @ values
    output = written + (queries * from_start(decay)) @ state
    state = (keys * left[..., -1, :, :]).mT @ values + from_start(decay)[..., -1, :, None] * state
    results = {"output": output, "state": state}
    require_finite_results(results, queries=queries, keys=keys, values=values)
    return output, state


@checked
def parallel_normalised_linear_attention(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    *,
    log_decay: Float[Tensor, "*batch time"] | Float[Tensor, "*batch time key"] | None = None,
    initial_state: Annotated[Float[Tensor, "*batch key value+1"], Finite()] | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch key value+1"]]:
    r"""Average values by rows that sum to one: what `normalised_linear_attention` must equal.

    .. math:: o_i = \sum_j \frac{A_{ij}}{\sum_l A_{il}} v_j, \qquad A = Q K^\top \circ D

    With an initial state its read and its normaliser join the two sums.

    Parameters
    ----------
    queries, keys, values : Float[Tensor, "*batch time key"]
        (..., time, key), (..., time, key) and (..., time, value), with non-negative products; a
        query that meets no weight reads zero.
    log_decay : Float[Tensor, "*batch time"] or "*batch time key", optional
        (..., time) or (..., time, key).
    initial_state : Float[Tensor, "*batch key value+1"], optional
        ``[S z]``, (..., key, value + 1); zeros else.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts; elsewhere the state stays as it is and zero is read.

    Returns
    -------
    output, state
        (..., time, value) and ``[S z]``.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN or infinity, a positive log-decay; dtypes that differ,
        integers.

    References
    ----------
    Katharopoulos et al. 2020, "Transformers are RNNs", eq. 9.
    """
    extended = torch.cat([values, torch.ones_like(values[..., :1])], -1)
    sums, state = parallel_linear_attention(
        queries, keys, extended, log_decay=log_decay, initial_state=initial_state, mask=mask
    )
    totals, weights = sums[..., :-1], sums[..., -1:]
    return totals / weights.masked_fill(weights == 0, 1.0), state
