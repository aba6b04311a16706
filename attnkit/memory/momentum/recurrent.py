"""The recurrent momentum rule: one token at a time, nothing clever, gradients by autograd."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.memory.shared.arguments import (
    SHARE,
    counted_tokens,
    initial_state_or_zeros,
    require_finite_results,
    token_gate,
)
from attnkit.memory.shared.recurrent import each_token, outer, read

__all__ = ["recurrent_momentum_rule"]


@checked
def recurrent_momentum_rule(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    rate: Float[Tensor, "*batch time"],
    *,
    momentum: Float[Tensor, "*batch time"],
    forgetting: Float[Tensor, "*batch time"],
    initial_state: Annotated[Float[Tensor, "*batch 2 key value"], Finite()] | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch 2 key value"]]:
    r"""Move a memory by a velocity, token by token: what `momentum_rule` must equal.

    .. math::
        P_t &= \eta_t P_{t-1} + b_t k_t (v_t - M_{t-1}^\top k_t)^\top, \\
        M_t &= (1 - \alpha_t) M_{t-1} + P_t, \qquad o_t = M_t^\top q_t

    The definition, to be read and compared with. It computes in the dtype it is given.

    Parameters
    ----------
    queries, keys, values : Float[Tensor, "*batch time key"]
        (..., time, key), (..., time, key) and (..., time, value), at least one token.
    rate, momentum, forgetting : Float[Tensor, "*batch time"]
        :math:`b_t`, :math:`\eta_t` and :math:`\alpha_t`, each (..., time).
    initial_state : Float[Tensor, "*batch 2 key value"], optional
        Memory and velocity ``[M, P]``, (..., 2, key, value); zeros else.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts; elsewhere memory and velocity stay as they are and zero is read.

    Returns
    -------
    output, state
        (..., time, value) and (..., 2, key, value).

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN or infinity, a momentum or forgetting outside [0, 1];
        dtypes that differ, integers.

    References
    ----------
    Behrouz et al. 2024, "Titans", eqs. 9-10 and 13-14, for a linear memory.
    """
    queries, keys, values = counted_tokens(queries, keys, values, mask)
    state = initial_state_or_zeros(initial_state, keys, (2, keys.shape[-1], values.shape[-1]))
    rates = token_gate("rate", rate, keys, mask)
    etas = token_gate("momentum", momentum, keys, mask, SHARE)
    alphas = token_gate("forgetting", forgetting, keys, mask, SHARE)
    counts = torch.ones_like(rates) if mask is None else mask[..., None]
    (memory, velocity), outputs = state.unbind(-3), []
    for q, k, v, b, eta, alpha, count in each_token(
        queries, keys, values, rates, etas, alphas, counts
    ):
        pushed = eta[..., None] * velocity + outer(k, b * (v - read(memory, k)))
        moved = (1 - alpha[..., None]) * memory + pushed
        velocity = torch.where(count[..., None] > 0, pushed, velocity)
        memory = torch.where(count[..., None] > 0, moved, memory)
        outputs.append(read(memory, q))
    results = {"output": torch.stack(outputs, -2), "state": torch.stack([memory, velocity], -3)}
    require_finite_results(results, queries=queries, keys=keys, values=values, rate=rate)
    return results["output"], results["state"]
