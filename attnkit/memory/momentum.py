"""Momentum and forgetting: the memory moves with a velocity that its errors push."""

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.memory.arguments import (
    initial_state_or_zeros,
    require_finite_result,
    require_gate,
    require_sequences,
    warn_unstable_rate,
)
from attnkit.memory.chunks import fitting_chunk, from_chunks, to_chunks
from attnkit.memory.engine import ChunkScan, corrected_writes

__all__ = ["momentum_rule"]


def momentum_rule(
    queries: Float[Tensor, "*batch time key"],
    keys: Float[Tensor, "*batch time key"],
    values: Float[Tensor, "*batch time value"],
    rate: Float[Tensor, "*batch time"],
    *,
    momentum: Float[Tensor, "*batch time"],
    forgetting: Float[Tensor, "*batch time"],
    initial_state: Float[Tensor, "*batch 2 key value"] | None = None,
    chunk_size: int = 32,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch 2 key value"]]:
    r"""Let the error push a velocity, and the velocity the memory: linear Titans, exactly.

    .. math::
        P_t = \eta_t P_{t-1} + b_t k_t (v_t - M_{t-1}^\top k_t)^\top, \qquad
        M_t = (1 - \alpha_t) M_{t-1} + P_t, \qquad o_t = M_t^\top q_t

    ``momentum`` is :math:`\eta`, ``forgetting`` :math:`\alpha`, both in [0, 1]. The factor two of
    the squared error's gradient is in ``rate``. The error is against the memory before it
    forgets, unlike `delta_rule`; with both at zero the two agree. Every error is the token's own,
    never the chunk's entry error, so the result does not depend on the chunk size. The state
    holds memory and velocity, ``[M, P]``.

    Raises
    ------
    ValueError, TypeError
        As `delta_rule`, and for momentum or forgetting outside [0, 1].

    References
    ----------
    Behrouz et al. 2024, "Titans", eqs. 9-18, for the rule; the exact chunk form is derived here.
    """
    require_sequences(queries, keys, values, chunk_size)
    require_gate("rate", rate, keys, low=-float("inf"), high=float("inf"))
    require_gate("momentum", momentum, keys, low=0.0, high=1.0)
    require_gate("forgetting", forgetting, keys, low=0.0, high=1.0)
    warn_unstable_rate(rate, keys)
    state = initial_state_or_zeros(initial_state, keys, (2, keys.shape[-1], values.shape[-1]))
    size = fitting_chunk(keys.shape[-2], chunk_size)
    gates = [to_chunks(t[..., None], size) for t in (rate, momentum, forgetting)]
    chunked = [to_chunks(t, size) for t in (queries, keys, values)]
    rows = state.flatten(-3, -2).reshape(-1, 2 * keys.shape[-1], values.shape[-1])
    outputs, final = _chunked(*chunked, *gates, rows, keys.shape[-2])
    output = from_chunks(outputs, values)
    require_finite_result(output, queries=queries, keys=keys, values=values, rate=rate)
    return output, final.reshape(state.shape)


def _chunked(queries, keys, values, rate, momentum, forgetting, state, n_tokens):
    """The engine with two blocks of state, memory first."""
    size = keys.shape[-2]
    memory, velocity = _shares(momentum, forgetting)
    writes, entry = memory.split([size, 2], -1)
    before = torch.cat([_at_entry(memory), memory[..., :-1, :]], -2)
    heard_writes, heard_entry = before.split([size, 2], -1)
    coupling = (keys @ keys.mT) * heard_writes
    targets, memory_keys = corrected_writes(coupling, rate, values, _blocks(keys, heard_entry))
    scores = (queries @ keys.mT) * writes
    left = torch.stack([_at_exit(memory, n_tokens), _at_exit(velocity, n_tokens)], -2)
    kept, carry = left.split([size, 2], -1)
    writes_at_exit = _blocks(keys, kept.mT)
    reads = _blocks(queries, entry)
    return ChunkScan.apply(reads, scores, writes_at_exit, carry, targets, memory_keys, state)


def _blocks(keys: Tensor, shares: Tensor) -> Tensor:
    """Keys side by side, scaled for each block of the state: (..., time, blocks · key)."""
    return (shares[..., :, None] * keys[..., None, :]).flatten(-2)


def _at_entry(shares: Tensor) -> Tensor:
    """The shares before the chunk: no write, all of the entry memory, no velocity yet."""
    first = torch.zeros_like(shares[..., :1, :])
    first[..., -2] = 1
    return first


def _at_exit(shares: Tensor, n_tokens: int) -> Tensor:
    """The shares after each chunk's last token; padding would let the velocity run on."""
    _, n_chunks, size, _ = shares.shape
    ends = torch.arange(1, n_chunks + 1, device=shares.device) * size
    return shares.flatten(1, 2)[:, ends.clamp(max=n_tokens) - 1]


def _shares(momentum: Tensor, forgetting: Tensor) -> tuple[Tensor, Tensor]:
    """How much of each write and of the entry (memory, velocity) is in memory and velocity.

    Two (rows, chunks, time, time + 2) tables by the recurrence itself, so without any division.
    """
    size = momentum.shape[-2]
    pushes = torch.eye(size, size + 2, dtype=momentum.dtype, device=momentum.device)
    memory = _at_entry(momentum.expand(*momentum.shape[:-1], size + 2))[..., 0, :]
    velocity = memory.roll(1, -1)
    memories, velocities = [], []
    for eta, alpha, push in zip(momentum.unbind(-2), forgetting.unbind(-2), pushes, strict=True):
        velocity = eta * velocity + push
        memory = (1 - alpha) * memory + velocity
        memories.append(memory)
        velocities.append(velocity)
    return torch.stack(memories, -2), torch.stack(velocities, -2)
