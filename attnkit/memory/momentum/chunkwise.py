"""The chunkwise momentum rule: Titans' momentum and forgetting for a linear memory, exactly."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.memory.shared.arguments import MOST_CHUNKED, SHARE, counted_tokens, token_gate
from attnkit.memory.shared.chunks import chunkwise
from attnkit.memory.shared.engine import Chunks
from attnkit.memory.shared.fast_scan import scan
from attnkit.memory.shared.precision import product
from attnkit.memory.shared.pushes import at_entry, pushed_shares
from attnkit.memory.shared.stability import warn_unstable_rate
from attnkit.memory.shared.triangular import error_solver

__all__ = ["momentum_rule"]


@checked
def momentum_rule(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    rate: Float[Tensor, "*batch time"],
    *,
    momentum: Float[Tensor, "*batch time"],
    forgetting: Float[Tensor, "*batch time"],
    initial_state: Annotated[Float[Tensor, "*batch 2 key value"], Finite()] | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
    chunk_size: Annotated[int, Range(1, MOST_CHUNKED)] = 32,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch 2 key value"]]:
    r"""Let the error push a velocity, and the velocity the memory: linear Titans, exactly.

    .. math::
        P_t &= \eta_t P_{t-1} + b_t k_t (v_t - M_{t-1}^\top k_t)^\top, \\
        M_t &= (1 - \alpha_t) M_{t-1} + P_t, \qquad o_t = M_t^\top q_t

    The factor two of the squared error's gradient is in ``rate``. The error is against the memory
    before it forgets, unlike `delta_rule`; with both gates at zero the two agree. Every error is
    the token's own, never the chunk's entry error, so the result does not depend on the chunk
    size. Differentiable as often as one likes.

    Parameters
    ----------
    queries, keys : Float[Tensor, "*batch time key"]
        (..., time, key), at least one token. Half precision is computed in float32, under autocast
        too.
    values : Float[Tensor, "*batch time value"]
        (..., time, value), one a key.
    rate : Float[Tensor, "*batch time"]
        (..., time), :math:`b_t`, best in :math:`[0, 2/|k_t|^2]`; outside, a warning says so.
    momentum, forgetting : Float[Tensor, "*batch time"]
        (..., time), :math:`\eta` and :math:`\alpha`, both in [0, 1]. Gates may be of any floating
        dtype: they are cast to the one the keys are computed in.
    initial_state : Float[Tensor, "*batch 2 key value"], optional
        Memory and velocity ``[M, P]``, (..., 2, key, value), as returned; zeros else.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts: a masked one leaves memory and velocity as they are.
    chunk_size : int
        Between 1 and 65536, rounded up to a power of two.

    Returns
    -------
    output, state
        (..., time, value) in the dtype of the input and ``[M, P]``, (..., 2, key, value), in at
        least float32; pass the state as ``initial_state`` to go on where this call stopped.

    Raises
    ------
    ValueError
        Shapes that do not fit, no token, NaN or infinity, momentum or forgetting outside [0, 1],
        and finite inputs whose output or state overflows its dtype.
    TypeError
        Anything but floating-point tensors, keys or values of another dtype than the queries,
        tensors on different devices, a mask that is not bool.

    References
    ----------
    Behrouz et al. 2024, "Titans", eqs. 9-18, for the rule; the exact chunk form is derived here.
    """
    tokens = counted_tokens(queries, keys, values, mask)
    gates = {
        "rate": token_gate("rate", rate, keys, mask),
        "momentum": token_gate("momentum", momentum, keys, mask, SHARE),
        "forgetting": token_gate("forgetting", forgetting, keys, mask, SHARE),
    }
    warn_unstable_rate(gates["rate"], tokens[1])
    ones = torch.ones_like(gates["rate"])
    gates["counts"] = ones if mask is None else ones * mask[..., None]
    return chunkwise(_two_blocks, tokens, gates, initial_state, chunk_size=chunk_size, blocks=(2,))


def _two_blocks(queries, keys, values, state, *, rate, momentum, forgetting, counts):
    """The engine with two blocks of state, memory first."""
    size = keys.shape[-2]
    memory, velocity = pushed_shares(momentum, forgetting, counts)
    writes, entry = memory.split([size, 2], -1)
    before = torch.cat([at_entry(memory), memory[..., :-1, :]], -2)
    heard_writes, heard_entry = before.split([size, 2], -1)
    solver = error_solver(product(keys, keys.mT) * heard_writes, rate)
    scores = product(queries, keys.mT) * writes
    left = torch.stack([memory[..., -1, :], velocity], -2)
    kept, carry = left.split([size, 2], -1)
    reads, error_keys = _blocks(queries, entry), _blocks(keys, heard_entry)
    chunks = Chunks(reads, scores, _blocks(keys, kept.mT), carry, values, solver, error_keys)
    return scan(chunks, state)


def _blocks(keys: Tensor, shares: Tensor) -> Tensor:
    """Keys side by side, scaled for each block of the state: (..., time, blocks · key)."""
    return (shares[..., :, None] * keys[..., None, :]).flatten(-2)
