"""The neural memory token by token, gradients by differentiation: the definition, and slow."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.memory.shared.arguments import (
    MOST_CHUNKED,
    SHARE,
    counted_tokens,
    require_finite_results,
    token_gate,
)
from attnkit.memory.shared.recurrent import each_token
from attnkit.memory.titans.network import layers
from attnkit.memory.titans.state import NeuralState, require_place, state_or_zeros

__all__ = ["recurrent_neural_memory"]


@checked
def recurrent_neural_memory(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    rate: Float[Tensor, "*batch time"],
    *,
    momentum: Float[Tensor, "*batch time"],
    forgetting: Float[Tensor, "*batch time"],
    chunk_size: Annotated[int, Range(1, MOST_CHUNKED)] = 1,
    initial_state: NeuralState | None = None,
) -> tuple[Float[Tensor, "*batch time value"], NeuralState]:
    r"""Learn a network token by token, its gradients by differentiation: Titans as it is defined.

    .. math::
        S_t &= \eta_t S_{t-1} - b_t \nabla \tfrac12 |M_{c(t)}(k_t) - v_t|^2, \\
        M_t &= (1 - \alpha_t) M_{t-1} + S_t, \qquad o_t = M_t(q_t)

    The definition, to be read and compared with: c(t) = t − 1 in chunks of one token, which is the
    default and the paper's rule; the last token before the chunk in longer ones, which is what
    `neural_memory` must equal. It computes in the dtype it is given.

    Parameters
    ----------
    queries, keys, values : Float[Tensor, "*batch time key"]
        (..., time, key), (..., time, key) and (..., time, value), at least one token.
    rate, momentum, forgetting : Float[Tensor, "*batch time"]
        :math:`b_t`, :math:`\eta_t` and :math:`\alpha_t`, each (..., time).
    chunk_size : int
        How many tokens take their gradients at one memory.
    initial_state : NeuralState, optional
        A linear memory of zeros else.

    Returns
    -------
    output, state
        (..., time, value) and a `NeuralState`.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN or infinity, a momentum or forgetting outside [0, 1];
        dtypes that differ, integers; sequences at different places of their chunks.

    References
    ----------
    Behrouz et al. 2024, "Titans", eqs. 9-15.
    """
    queries, keys, values = counted_tokens(queries, keys, values, None)
    state = state_or_zeros(initial_state, keys, values.shape[-1])
    require_place(state.seen, chunk_size)
    gates = [token_gate("rate", rate, keys, None)]
    gates += [token_gate("momentum", momentum, keys, None, SHARE)]
    gates += [token_gate("forgetting", forgetting, keys, None, SHARE)]
    memory, velocity, entry, seen = state.memory, state.velocity, state.entry, _one(state.seen)
    outputs = []
    for q, k, v, *gates_now in each_token(queries, keys, values, *gates):
        b, eta, alpha = (gate[..., None] for gate in gates_now)
        slopes = torch.func.grad(half_squared_error)(entry, k, v)
        velocity = tuple(eta * s - b * g for s, g in zip(velocity, slopes, strict=True))
        memory = tuple((1 - alpha) * m + s for m, s in zip(memory, velocity, strict=True))
        outputs.append(layers(q[..., None, :], memory)[-1][..., 0, :])
        seen = (seen + 1) % chunk_size
        entry = entry if seen else memory
    output = torch.stack(outputs, -2)
    require_finite_results({"output": output}, queries=queries, keys=keys, values=values, rate=rate)
    return output, NeuralState(memory, velocity, entry, torch.full_like(state.seen, seen))


def half_squared_error(memory: tuple[Tensor, ...], key: Tensor, value: Tensor) -> Tensor:
    """½ |M(k) − v|², summed over sequences: each one's gradient is its own."""
    return 0.5 * (layers(key[..., None, :], memory)[-1][..., 0, :] - value).square().sum()


def _one(seen: Tensor) -> int:
    """The place in the chunk that all sequences share."""
    places = seen.unique().tolist() or [0]
    if len(places) > 1:
        raise ValueError(f"initial_state.seen must be one number for all, got {places}")
    return places[0]
