"""The recurrent delta rule: one token at a time, nothing clever, gradients by autograd."""

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
    token_gate,
)
from attnkit.memory.shared.recurrent import each_token, outer, read

__all__ = ["recurrent_delta_rule"]


@checked
def recurrent_delta_rule(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    rate: Float[Tensor, "*batch time"],
    *,
    log_decay: Float[Tensor, "*batch time"] | Float[Tensor, "*batch time key"] | None = None,
    initial_state: Annotated[Float[Tensor, "*batch key value"], Finite()] | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch key value"]]:
    r"""Correct the memory at each key, token by token: what `delta_rule` must equal.

    .. math::
        S_t = \bar S_t + b_t k_t (v_t - \bar S_t^\top k_t)^\top, \qquad
        \bar S_t = \operatorname{diag}(e^{g_t}) S_{t-1}, \qquad o_t = S_t^\top q_t

    The definition, to be read and compared with. It computes in the dtype it is given.

    Parameters
    ----------
    queries, keys, values : Float[Tensor, "*batch time key"]
        (..., time, key), (..., time, key) and (..., time, value), at least one token.
    rate : Float[Tensor, "*batch time"]
        :math:`b_t`, (..., time).
    log_decay : Float[Tensor, "*batch time"] or "*batch time key", optional
        :math:`g_t`, (..., time) or one a key channel, (..., time, key).
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
    Schlag et al. 2021, "Linear transformers are secretly fast weight programmers";
    Yang et al. 2024, "Gated delta networks", for the decay; Rescorla and Wagner 1972.
    """
    queries, keys, values = counted_tokens(queries, keys, values, mask)
    state = initial_state_or_zeros(initial_state, keys, (keys.shape[-1], values.shape[-1]))
    rates, decays = token_gate("rate", rate, keys, mask), decay_shares(log_decay, keys, mask)
    outputs = []
    for q, k, v, b, decay in each_token(queries, keys, values, rates, decays):
        state = decay[..., None] * state
        state = state + outer(k, b * (v - read(state, k)))
        outputs.append(read(state, q))
    results = {"output": torch.stack(outputs, -2), "state": state}
    require_finite_results(results, queries=queries, keys=keys, values=values, rate=rate)
    return results["output"], results["state"]
