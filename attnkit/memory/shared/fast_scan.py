"""The chunk engine in place, with its backward pass written out: from the last chunk to the first.

With Z = V − E S the errors and bars for gradients, each chunk backwards is

    Ū = Aᵀ Ō + Kw S̄,    Z̄ = Pᵀ Ū,    S̄ ← (carryᵀ ⊗ I) S̄ + Rᵀ Ō − Eᵀ Z̄,

and R̄ = Ō Sᵀ, Ā = Ō Uᵀ, K̄w = U S̄ᵀ (at the exit), P̄ = Ū Zᵀ, V̄ = Z̄, Ē = −Z̄ Sᵀ are one product each
for all chunks together. Only the errors and the states at the chunks' entries are kept.
"""

import torch
from torch import Tensor

from attnkit.memory.shared.engine import Chunks, blocks_of, plain_scan
from attnkit.memory.shared.precision import full_precision
from attnkit.memory.shared.repeated import is_transformed, must_replay, replayed

__all__ = ["ChunkScan", "scan"]


def scan(chunks: Chunks, state: Tensor) -> tuple[Tensor, Tensor]:
    """Outputs and final state of `plain_scan`, in place where nothing looks through the tensors."""
    if is_transformed(state, *chunks):
        return plain_scan(chunks, state)
    return ChunkScan.apply(state, *chunks)


def _carry_(state: Tensor, carry: Tensor) -> None:
    """state ← (carry ⊗ I) state in place."""
    if carry.shape[-1] == 1:
        state.mul_(carry)
    else:
        blocks = blocks_of(state, carry.shape[-1])
        blocks.copy_(torch.bmm(carry, blocks))


def _forward(chunks: Chunks, state: Tensor):
    """Outputs and final state, and what the gradients need: all errors and entry states."""
    outputs, room = torch.empty_like(chunks.values), torch.empty_like(chunks.values[:, 0])
    written = torch.empty_like(room)
    errors = chunks.values if chunks.solver is None else torch.empty_like(chunks.values)
    state = state.clone(memory_format=torch.contiguous_format)
    entries = state.new_empty(state.shape[0], outputs.shape[1], *state.shape[1:])
    kept = (t.unbind(1) for t in (outputs, errors, entries))
    for c, out, error, entry in zip(chunks.each(), *kept, strict=True):
        entry.copy_(state)
        u = c.values
        if c.solver is not None:
            error.copy_(torch.baddbmm(u, c.error_keys, state, alpha=-1, out=room))
            u = torch.bmm(c.solver, room, out=written)
        out.copy_(torch.bmm(c.reads, state, out=room).baddbmm_(c.scores, u))
        _carry_(state, c.carry)
        state.baddbmm_(c.writes.mT, u)
    return outputs, state, errors, entries


def _backward_in_time(chunks: Chunks, d_outputs: Tensor, d_state: Tensor, entries: Tensor):
    """The gradients Ū of the writes, Z̄ of the errors, S̄ at every exit, and of the first state."""
    d_written, d_exits = chunks.scores.mT @ d_outputs, torch.empty_like(entries)
    d_errors = d_written if chunks.solver is None else torch.empty_like(d_written)
    room = torch.empty_like(d_written[:, 0])
    d_state = d_state.clone(memory_format=torch.contiguous_format)
    kept = (t.unbind(1) for t in (d_outputs, d_written, d_errors, d_exits))
    for c, d_out, d_u, d_error, d_exit in reversed(list(zip(chunks.each(), *kept, strict=True))):
        d_exit.copy_(d_state)
        d_u.baddbmm_(c.writes, d_state)
        _carry_(d_state, c.carry.mT)
        d_state.baddbmm_(c.reads.mT, d_out)
        if c.solver is not None:
            d_error.copy_(torch.bmm(c.solver.mT, d_u, out=room))
            d_state.baddbmm_(c.error_keys.mT, room, alpha=-1)
    return d_written, d_errors, d_exits, d_state


def _d_carry(d_exits: Tensor, entries: Tensor, n_blocks: int) -> Tensor:
    """The gradient of the carry: how exits lean on entries, block by block."""
    return blocks_of(d_exits, n_blocks) @ blocks_of(entries, n_blocks).mT


def _gradients(chunks, errors, entries, d_outputs, d_state) -> tuple[Tensor, Chunks]:
    """The gradients of the first state and of every part of the chunks."""
    d_written, d_errors, d_exits, d_first = _backward_in_time(chunks, d_outputs, d_state, entries)
    written = errors if chunks.solver is None else chunks.solver @ errors
    scores, writes = d_outputs @ written.mT, written @ d_exits.mT
    carry = _d_carry(d_exits, entries, chunks.carry.shape[-1])
    del written, d_exits  # the largest of all: gone before more is made
    reads = d_outputs @ entries.mT
    if chunks.solver is None:
        return d_first, Chunks(reads, scores, writes, carry, d_written)
    solver, error_keys = d_written @ errors.mT, (d_errors @ entries.mT).neg_()
    return d_first, Chunks(reads, scores, writes, carry, d_errors, solver, error_keys)


class ChunkScan(torch.autograd.Function):
    """`plain_scan(Chunks(*chunks), state)` and its gradients."""

    @staticmethod
    def forward(ctx, state: Tensor, *chunks: Tensor | None):
        with full_precision(state):
            outputs, final, errors, entries = _forward(Chunks(*chunks), state)
        ctx.save_for_backward(state, *chunks, errors, entries)
        return outputs, final

    @staticmethod
    def backward(ctx, d_outputs: Tensor, d_state: Tensor):
        state, *chunks, errors, entries = ctx.saved_tensors
        if must_replay(d_outputs, d_state):
            return tuple(replayed(_plain, (state, *chunks), (d_outputs, d_state)))
        with full_precision(state):
            d_first, every = _gradients(Chunks(*chunks), errors, entries, d_outputs, d_state)
        return d_first, *every


def _plain(state: Tensor, *chunks: Tensor | None) -> tuple[Tensor, Tensor]:
    """`plain_scan` with its arguments in a row."""
    return plain_scan(Chunks(*chunks), state)
