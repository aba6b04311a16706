"""The neural memory in chunks: gradients at the memory of the chunk's start, and all at once."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.memory.shared.arguments import (
    MOST_CHUNKED,
    SHARE,
    counted_tokens,
    require_finite_results,
    token_gate,
)
from attnkit.memory.shared.precision import compute_dtype
from attnkit.memory.titans.engine import Chunks, scan
from attnkit.memory.titans.places import Places
from attnkit.memory.titans.state import NeuralState, require_place, state_or_zeros

__all__ = ["neural_memory"]


@checked
def neural_memory(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    rate: Float[Tensor, "*batch time"],
    *,
    momentum: Float[Tensor, "*batch time"],
    forgetting: Float[Tensor, "*batch time"],
    chunk_size: Annotated[int, Range(1, MOST_CHUNKED)],
    initial_state: NeuralState | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
) -> tuple[Float[Tensor, "*batch time value"], NeuralState]:
    r"""Learn a network while reading: Titans' memory, its gradients taken once a chunk.

    .. math::
        S_t &= \eta_t S_{t-1} - b_t \nabla \tfrac12 |M_{c(t)}(k_t) - v_t|^2, \\
        M_t &= (1 - \alpha_t) M_{t-1} + S_t, \qquad o_t = M_t(q_t)

    Here c(t) is the last token before the chunk of t. Chunks of one token are the rule as it is
    defined, :math:`c(t) = t - 1`; **longer chunks are another algorithm**, not only a faster one,
    and that is why `chunk_size` has no default. The factor two of the squared error's gradient is
    in ``rate``. Momentum and forgetting act token by token at any chunk size.

    No weights of a single token are made: a write is of rank one in each layer, so that each layer
    of a read is linear attention over the chunk's writes. Differentiable as often as one likes.

    Parameters
    ----------
    queries, keys : Float[Tensor, "*batch time key"]
        (..., time, key), at least one token. Half precision is computed in float32, under autocast
        too.
    values : Float[Tensor, "*batch time value"]
        (..., time, value), one a key.
    rate : Float[Tensor, "*batch time"]
        (..., time), :math:`b_t`, twice the paper's :math:`\theta_t`.
    momentum, forgetting : Float[Tensor, "*batch time"]
        (..., time), :math:`\eta` and :math:`\alpha`, both in [0, 1].
    chunk_size : int
        Between 1 and 65536, and not rounded.
    initial_state : NeuralState, optional
        As returned, or ``at_rest(weights)``; else a linear memory of zeros. A network of two
        layers can't begin at zeros, for there its gradient is zero.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts: another one leaves memory and velocity as they are, takes no
        place in a chunk, and reads zero.

    Returns
    -------
    output, state
        (..., time, value) in the dtype of the input, and the `NeuralState` in at least float32:
        pass it as ``initial_state`` to go on where this call stopped, within a chunk too.

    Raises
    ------
    ValueError
        Shapes that do not fit, no token, NaN or infinity, momentum or forgetting outside [0, 1], a
        state from longer chunks, and finite inputs whose output or state overflows its dtype.
    TypeError
        Anything but floating-point tensors, keys or values of another dtype than the queries,
        tensors on different devices, a mask that is not bool.

    References
    ----------
    Behrouz et al. 2024, "Titans", eqs. 9-18; the read by rank-one writes is derived here.
    """
    tokens = counted_tokens(queries, keys, values, mask)
    state = state_or_zeros(initial_state, keys, values.shape[-1])
    require_place(state.seen, chunk_size)
    gates = (
        token_gate("rate", rate, keys, mask),
        token_gate("momentum", momentum, keys, mask, SHARE),
        token_gate("forgetting", forgetting, keys, mask, SHARE),
    )
    counted = torch.ones_like(keys[..., 0], dtype=torch.bool) if mask is None else mask
    rows = rows_of(counted, 1)
    places = Places.of(rows, state.seen.reshape(-1), chunk_size, all_count=mask is None)
    sequences = [rows_of(t.to(compute_dtype(keys)), 2) for t in (*tokens, *gates)]
    chunks = Chunks.of(*map(places.chunked, (*sequences, rows[..., None])), places.full)
    outputs, weights = scan(chunks, [[rows_of(w, 2) for w in part] for part in state.parts])
    output = places.back(outputs).reshape(values.shape).to(values.dtype)
    seen = (state.seen + counted.sum(-1)) % chunk_size
    final = state.with_rows(weights, seen)
    results = {"output": output} | final.named()
    require_finite_results(results, queries=queries, keys=keys, values=values, rate=rate)
    return output, final


def rows_of(tensor: Tensor, n_kept: int) -> Tensor:
    """All dimensions but the last ones as one."""
    leading = tensor.shape[: tensor.ndim - n_kept]
    return tensor.reshape(leading.numel(), *tensor.shape[tensor.ndim - n_kept :])
