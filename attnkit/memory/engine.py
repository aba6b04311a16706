"""The exact chunk engine: every linear memory that writes errors is one of its settings.

A chunk of C tokens meets a state S of s blocks of d_key rows each. Token i writes u_i, its
rate times (value − what the memory already says), at its key. Written for a whole chunk,

    (I + B) [T  W] = rate ∘ [V  E],       U = T − W S,
    O = R S + A U,                        S ← (carry ⊗ I) S + Kwᵀ U,

where B holds how much each token's error hears of earlier writes of the chunk, E and R read the
entry state for errors and outputs, A holds how much each output hears of the chunk's writes, and
Kw is what is left of each write at the chunk's end. Only U and S are sequential.
"""

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from attnkit.memory.triangular import UnitLowerInverse

__all__ = ["ChunkScan", "corrected_writes"]


def corrected_writes(
    coupling: Tensor, rate: Tensor, values: Tensor, error_keys: Tensor
) -> tuple[Tensor, Tensor]:
    """Solve (I + rate ∘ coupling) [T W] = rate ∘ [V E] in every chunk; coupling strictly lower."""
    solver = UnitLowerInverse.apply(rate * coupling) * rate.mT
    return solver @ values, solver @ error_keys


def _carry_(state: Tensor, carry: Tensor) -> None:
    """state ← (carry ⊗ I) state in place, for carry (rows, s, s) and s blocks of rows."""
    if carry.shape[-1] == 1:
        state.mul_(carry)
    else:
        blocks = state.view(state.shape[0], carry.shape[-1], -1)
        blocks.copy_(torch.bmm(carry, blocks))


def _chunks(*tensors: Tensor | None):
    """Chunk after chunk of all tensors at once; None stays None."""
    n_chunks = tensors[0].shape[1]
    return zip(*([None] * n_chunks if t is None else t.unbind(1) for t in tensors), strict=True)


class ChunkScan(torch.autograd.Function):
    """Carry the state through the chunks: tensors (rows, chunks, time, feature), state (rows, ...).

    `memory_keys` is W above; None stands for zero, a memory that writes its values unseen.
    """

    @staticmethod
    def forward(ctx, reads, scores, writes, carry, targets, memory_keys, state):
        outputs, written = torch.empty_like(targets), torch.empty_like(targets)
        state = state.clone(memory_format=torch.contiguous_format)
        entries = state.new_empty(state.shape[0], reads.shape[1], *state.shape[1:])
        room = torch.empty_like(targets[:, 0])
        sequences = (reads, scores, writes, carry, targets, memory_keys, outputs, written, entries)
        for read, score, write, kept, target, w, out, u, entry in _chunks(*sequences):
            entry.copy_(state)
            u.copy_(target if w is None else torch.baddbmm(target, w, state, alpha=-1, out=room))
            out.copy_(torch.bmm(read, state, out=room).baddbmm_(score, u))
            _carry_(state, kept)
            state.baddbmm_(write.mT, u)
        ctx.save_for_backward(reads, scores, writes, carry, memory_keys, written, entries)
        return outputs, state

    @staticmethod
    @once_differentiable
    def backward(ctx, d_outputs, d_state):
        reads, scores, writes, carry, memory_keys, written, entries = ctx.saved_tensors
        d_written, d_exits = scores.mT @ d_outputs, torch.empty_like(entries)
        d_state = d_state.clone(memory_format=torch.contiguous_format)
        sequences = (reads, writes, carry, memory_keys, d_outputs, d_written, d_exits)
        for read, write, kept, w, d_out, d_u, d_exit in reversed(list(_chunks(*sequences))):
            d_exit.copy_(d_state)
            d_u.baddbmm_(write, d_state)
            _carry_(d_state, kept.mT)
            d_state.baddbmm_(read.mT, d_out)
            if w is not None:
                d_state.baddbmm_(w.mT, d_u, alpha=-1)
        return (
            d_outputs @ entries.mT,
            d_outputs @ written.mT,
            written @ d_exits.mT,
            _d_carry(d_exits, entries, carry.shape[-1]) if ctx.needs_input_grad[3] else None,
            d_written,
            None if memory_keys is None else -d_written @ entries.mT,
            d_state,
        )


def _d_carry(d_exits: Tensor, entries: Tensor, n_blocks: int) -> Tensor:
    """The gradient of the carry: how exits lean on entries, block by block."""
    exits, entries = (t.unflatten(2, (n_blocks, -1)).flatten(3) for t in (d_exits, entries))
    return exits @ entries.mT
