"""The exact chunk engine: every linear memory that writes errors is one of its settings.

A chunk of C tokens meets a state S of s blocks of d_key rows each. Token i writes u_i, its
rate times (value − what the memory already says), at its key. Written for a whole chunk,

    U = P (V − E S),      P = (I + B)⁻¹ diag(rate),
    O = R S + A U,        S ← (carry ⊗ I) S + Kwᵀ U,

where B holds how much each token's error hears of earlier writes of the chunk, E and R read the
entry state for errors and outputs, A holds how much each output hears of the chunk's writes, and
Kw is what is left of each write at the chunk's end. A memory that writes its values unseen has no
P and no E: U = V. `plain_scan` says this in plain operations, to be differentiated as often as one
likes; `fast_scan.scan` does it in place.
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from attnkit.memory.shared.precision import product

__all__ = ["Chunks", "blocks_of", "carried", "plain_scan"]


class Chunks(NamedTuple):
    """R, A, Kw, carry, V, P, E of all chunks (rows, chunks, time, ...) or of one (rows, ...)."""

    reads: Tensor
    scores: Tensor
    writes: Tensor
    carry: Tensor
    values: Tensor
    solver: Tensor | None = None
    error_keys: Tensor | None = None

    def each(self) -> Iterator["Chunks"]:
        """Chunk after chunk."""
        n_chunks = self.reads.shape[1]
        parts = ([None] * n_chunks if t is None else t.unbind(1) for t in self)
        return (Chunks(*chunk) for chunk in zip(*parts, strict=True))


def blocks_of(state: Tensor, n_blocks: int) -> Tensor:
    """The state (..., blocks · key, value) as (..., blocks, key · value)."""
    *rows, keys, values = state.shape
    return state.reshape(*rows, n_blocks, keys // max(n_blocks, 1) * values)


def carried(state: Tensor, carry: Tensor) -> Tensor:
    """(carry ⊗ I) state for carry (rows, s, s) and s blocks of rows."""
    if carry.shape[-1] == 1:
        return state * carry
    return product(carry, blocks_of(state, carry.shape[-1])).reshape(state.shape)


def plain_scan(chunks: Chunks, state: Tensor) -> tuple[Tensor, Tensor]:
    """The outputs of all chunks, and the state (rows, blocks · key, value) after the last."""
    outputs = []
    for c in chunks.each():
        written = c.values
        if c.solver is not None:
            written = product(c.solver, c.values - product(c.error_keys, state))
        outputs.append(product(c.reads, state) + product(c.scores, written))
        state = carried(state, c.carry) + product(c.writes.mT, written)
    return torch.stack(outputs, 1), state
