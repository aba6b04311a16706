"""Recurrent linear attention: one token at a time, nothing clever, gradients by autograd."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.memory.shared.arguments import (
    counted_tokens,
    decay_shares,
    initial_state_or_zeros,
    require_finite_results,
)
from attnkit.memory.shared.recurrent import each_token, outer, read

__all__ = ["recurrent_linear_attention", "recurrent_normalised_linear_attention"]


@checked
def recurrent_linear_attention(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    *,
    log_decay: Float[Tensor, "*batch time"] | Float[Tensor, "*batch time key"] | None = None,
    initial_state: Annotated[Float[Tensor, "*batch key value"], Finite()] | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch key value"]]:
    r"""Sum every pair into a state and read it, token by token: what `linear_attention` must equal.

    .. math:: S_t = \operatorname{diag}(e^{g_t}) S_{t-1} + k_t v_t^\top, \qquad o_t = S_t^\top q_t

    The definition, to be read and compared with. It computes in the dtype it is given.

    Parameters
    ----------
    queries, keys, values : Float[Tensor, "*batch time key"]
        (..., time, key), (..., time, key) and (..., time, value), at least one token.
    log_decay : Float[Tensor, "*batch time"] or "*batch time key", optional
        :math:`g_t`, one number a token, (..., time), or one a key channel, (..., time, key).
    initial_state : Float[Tensor, "*batch key value"], optional
        (..., key, value); zeros else.
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
    Katharopoulos et al. 2020, "Transformers are RNNs", eqs. 16-20 without the normaliser; Yang et
    al. 2024, "Gated linear attention", sec. 4, for the decay.
    """
    queries, keys, values = counted_tokens(queries, keys, values, mask)
    state = initial_state_or_zeros(initial_state, keys, (keys.shape[-1], values.shape[-1]))
    decays, outputs = decay_shares(log_decay, keys, mask), []
    for q, k, v, decay in each_token(queries, keys, values, decays):
        state = decay[..., None] * state + outer(k, v)
        outputs.append(read(state, q))
    results = {"output": torch.stack(outputs, -2), "state": state}
    require_finite_results(results, queries=queries, keys=keys, values=values)
    return results["output"], results["state"]


@checked
def recurrent_normalised_linear_attention(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    *,
    log_decay: Float[Tensor, "*batch time"] | Float[Tensor, "*batch time key"] | None = None,
    initial_state: Annotated[Float[Tensor, "*batch key value+1"], Finite()] | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch key value+1"]]:
    r"""Average values token by token: what `normalised_linear_attention` must equal.

    .. math:: o_t = \frac{S_t^\top q_t}{z_t^\top q_t}, \qquad z_t = e^{g_t} z_{t-1} + k_t

    The normaliser is what a value of one, written with every pair, reads.

    Parameters
    ----------
    queries, keys, values : Float[Tensor, "*batch time key"]
        (..., time, key), (..., time, key) and (..., time, value), with
        non-negative products; a query that meets no weight reads zero.
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
    Katharopoulos et al. 2020, "Transformers are RNNs", eqs. 16-20.
    """
    extended = torch.cat([values, torch.ones_like(values[..., :1])], -1)
    sums, state = recurrent_linear_attention(
        queries, keys, extended, log_decay=log_decay, initial_state=initial_state, mask=mask
    )
    totals, weights = sums[..., :-1], sums[..., -1:]
    return totals / weights.masked_fill(weights == 0, 1.0), state
