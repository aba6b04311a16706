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


def _carried(carry: Tensor, state: Tensor) -> Tensor:
    """(carry ⊗ I) state, for carry (rows, s, s) and a state of s blocks of rows."""
    if carry.shape[-1] == 1:
        return carry * state
    blocks = state.reshape(state.shape[0], carry.shape[-1], -1)
    return torch.bmm(carry, blocks).reshape(state.shape)


class ChunkScan(torch.autograd.Function):
    """Carry the state through the chunks: tensors (rows, chunks, time, feature), state (rows, ...).

    `memory_keys` is W above; None stands for zero, a memory that writes its values unseen.
    """

    @staticmethod
    def forward(ctx, reads, scores, writes, carry, targets, memory_keys, state):
        outputs, entries, written = [], [], []
        errors = [None] * reads.shape[1] if memory_keys is None else memory_keys.unbind(1)
        chunks = (t.unbind(1) for t in (reads, scores, writes, carry, targets))
        for read, score, write, kept, u, w in zip(*chunks, errors, strict=True):
            entries.append(state)
            if w is not None:
                u = torch.baddbmm(u, w, state, alpha=-1)
            outputs.append(torch.bmm(read, state).baddbmm_(score, u))
            state = _carried(kept, state).baddbmm_(write.mT, u)
            written.append(u)
        if any(ctx.needs_input_grad):
            saved = torch.stack(written, 1), torch.stack(entries, 1)
            ctx.save_for_backward(reads, scores, writes, carry, memory_keys, *saved)
        return torch.stack(outputs, 1), state

    @staticmethod
    @once_differentiable
    def backward(ctx, d_outputs, d_state):
        reads, scores, writes, carry, memory_keys, written, entries = ctx.saved_tensors
        errors = [None] * reads.shape[1] if memory_keys is None else memory_keys.unbind(1)
        d_writes_in = scores.mT @ d_outputs
        chunks = (t.unbind(1) for t in (reads, writes, carry, d_outputs, d_writes_in))
        d_written, d_exits = [], []
        for read, write, kept, d_out, d_u, w in reversed(list(zip(*chunks, errors, strict=True))):
            d_exits.append(d_state)
            d_u = torch.baddbmm(d_u, write, d_state)
            d_state = _carried(kept.mT, d_state).baddbmm_(read.mT, d_out)
            if w is not None:
                d_state.baddbmm_(w.mT, d_u, alpha=-1)
            d_written.append(d_u)
        d_written, d_exits = torch.stack(d_written[::-1], 1), torch.stack(d_exits[::-1], 1)
        return (
            d_outputs @ entries.mT,
            d_outputs @ written.mT,
            written @ d_exits.mT,
            _d_carry(d_exits, entries, carry.shape[-1]),
            d_written,
            None if memory_keys is None else -d_written @ entries.mT,
            d_state,
        )


def _d_carry(d_exits: Tensor, entries: Tensor, n_blocks: int) -> Tensor:
    """The gradient of the carry: how exits lean on entries, block by block."""
    exits, entries = (t.unflatten(2, (n_blocks, -1)).flatten(3) for t in (d_exits, entries))
    return exits @ entries.mT
