"""The neural memory token by token, gradients by differentiation: the definition, and slow."""

from collections.abc import Sequence
from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.memory.shared.arguments import (
    MOST_CHUNKED,
    SHARE,
    require_finite_results,
    token_gate,
    wide_tokens,
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
    mask: Bool[Tensor, "*batch time"] | None = None,
) -> tuple[Float[Tensor, "*batch time value"], NeuralState]:
    r"""Learn a network token by token, its gradients by differentiation: Titans as it is defined.

    .. math::
        S_t &= \eta_t S_{t-1} - b_t \nabla \tfrac12 |M_{c(t)}(k_t) - v_t|^2, \\
        M_t &= (1 - \alpha_t) M_{t-1} + S_t, \qquad o_t = M_t(q_t)

    The definition, to be read and compared with: c(t) = t − 1 in chunks of one token, which is the
    default and the paper's rule; the last token before the chunk in longer ones, which is what
    `neural_memory` must equal. Half precision is computed and returned in float32.

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
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts; another one changes nothing, takes no place and reads zero.

    Returns
    -------
    output, state
        (..., time, value) and a `NeuralState`.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN or infinity, a momentum or forgetting outside [0, 1];
        dtypes that differ, integers.

    References
    ----------
    Behrouz et al. 2024, "Titans", eqs. 9-15.
    """
    queries, keys, values = wide_tokens(queries, keys, values, mask)
    state = state_or_zeros(initial_state, keys, values.shape[-1])
    require_place(state.seen, chunk_size)
    gates = [token_gate("rate", rate, keys, mask)]
    gates += [token_gate("momentum", momentum, keys, mask, SHARE)]
    gates += [token_gate("forgetting", forgetting, keys, mask, SHARE)]
    counted = torch.ones_like(gates[0], dtype=torch.bool) if mask is None else mask[..., None]
    outputs = []
    for q, *token in each_token(queries, keys, values, *gates, counted):
        state = _after(state, *token, chunk_size=chunk_size)
        outputs.append(_one_read(q, state.memory) * token[-1])
    results = {"output": torch.stack(outputs, -2)} | state.named()
    require_finite_results(results, queries=queries, keys=keys, values=values, rate=rate)
    return results["output"], state


def _after(state: NeuralState, k, v, *gates: Tensor, chunk_size: int) -> NeuralState:
    """The state after one token, with gates (..., 1); as it was where the token does not count."""
    b, eta, alpha, counts = (gate[..., None] for gate in gates)
    slopes = torch.func.grad(half_squared_error)(state.entry, k, v)
    pushed = [eta * s - b * g for s, g in zip(state.velocity, slopes, strict=True)]
    moved = [(1 - alpha) * m + s for m, s in zip(state.memory, pushed, strict=True)]
    velocity, memory = _where(counts, pushed, state.velocity), _where(counts, moved, state.memory)
    seen = state.seen + counts[..., 0, 0]
    entry = _where((seen == chunk_size)[..., None, None], memory, state.entry)
    return NeuralState(memory, velocity, entry, seen % chunk_size)


def _where(chosen: Tensor, there: Sequence[Tensor], here: Sequence[Tensor]) -> tuple[Tensor, ...]:
    return tuple(torch.where(chosen, a, b) for a, b in zip(there, here, strict=True))


def _one_read(key: Tensor, memory: tuple[Tensor, ...]) -> Tensor:
    return layers(key[..., None, :], memory)[-1][..., 0, :]


def half_squared_error(memory: tuple[Tensor, ...], key: Tensor, value: Tensor) -> Tensor:
    """½ |M(k) − v|², summed over sequences: each one's gradient is its own."""
    return 0.5 * (_one_read(key, memory) - value).square().sum()
