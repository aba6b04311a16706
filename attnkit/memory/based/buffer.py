"""The last tokens, kept as they are: a buffer of pairs, oldest first, its empty slots in front.

Each row is [key, value, 1], or zeros where there was no token yet. Tokens that a mask leaves out
never enter it: they are moved behind the others, so that what counts is one piece.
"""

from dataclasses import dataclass
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range
from attnkit.memory.shared.arguments import finite_tokens
from attnkit.memory.shared.precision import compute_dtype

__all__ = ["Buffer", "Buffered", "Window", "average", "buffer_or_empty", "buffered", "split"]

Window = Annotated[int, Range(1, 2**20)]
Buffer = Annotated[Float[Tensor, "*batch slot key+value+1"], Finite()]


@dataclass(frozen=True)
class Buffered:
    """Tokens behind a buffer: those that count first, at index `slots + i` of the rows.

    Parameters
    ----------
    queries : Tensor
        (..., time, key), moved like the tokens.
    rows : Tensor
        (..., slots + time, key + value + 1), the buffer and then the tokens.
    counts : Tensor
        (..., time, 1), one where the moved token counts, else zero.
    places : Tensor
        (..., time), where each token stands now.
    """

    queries: Tensor
    rows: Tensor
    counts: Tensor
    places: Tensor

    def in_place(self, outputs: Tensor, like: Tensor) -> Tensor:
        """Outputs (..., time, value) where their tokens stood, zeros where none counts."""
        index = self.places[..., None].expand(outputs.shape)
        return (outputs * self.counts).gather(-2, index).to(like.dtype)

    def last(self, slots: int) -> Tensor:
        """The buffer after the last token that counts."""
        first = self.counts.sum(-2, keepdim=True).long()
        index = first + torch.arange(slots, device=first.device)[:, None]
        return self.rows.gather(-2, index.expand(*index.shape[:-1], self.rows.shape[-1]))


def buffered(
    tokens: tuple[Tensor, Tensor, Tensor],
    mask: Tensor | None,
    initial: Tensor | None,
    slots: int,
) -> Buffered:
    """Queries, keys and values behind the buffer that was handed on."""
    queries, keys, values = finite_tokens(*tokens, mask)
    buffer = buffer_or_empty(initial, keys, values, slots)
    mask = torch.ones_like(keys[..., 0], dtype=torch.bool) if mask is None else mask
    order = (~mask).long().argsort(dim=-1, stable=True)
    counts = mask.to(keys)[..., None]
    moved = [
        t.gather(-2, order[..., None].expand(t.shape))
        for t in (queries, torch.cat([keys, values, counts], -1))
    ]
    rows = torch.cat([buffer, moved[1]], -2)
    return Buffered(moved[0], rows, moved[1][..., -1:], order.argsort(-1))


def buffer_or_empty(initial: Tensor | None, keys: Tensor, values: Tensor, slots: int) -> Tensor:
    """The buffer that was handed on, or one of empty slots."""
    width = keys.shape[-1] + values.shape[-1] + 1
    if initial is None:
        return keys.new_zeros(*keys.shape[:-2], slots, width, dtype=compute_dtype(keys))
    if initial.shape[-2] != slots:
        raise ValueError(
            f"initial_state must hold a buffer of window = {slots} slots, got {initial.shape[-2]}"
        )
    return initial.to(compute_dtype(keys))


def split(rows: Tensor, d_key: int) -> tuple[Tensor, Tensor, Tensor]:
    """Keys, values with a column of ones beside them, and which rows hold a pair, (..., row)."""
    return rows[..., :d_key], rows[..., d_key:], rows[..., -1] > 0


def average(sums: Tensor) -> Tensor:
    """The mean of the values, from their weighted sum and the sum of weights beside it, or zero."""
    weights = sums[..., -1:]
    return sums[..., :-1] / weights.masked_fill(weights == 0, 1.0)
