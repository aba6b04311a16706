"""Where tokens stand in chunks: one after another, those that do not count left out.

A token that a mask leaves out takes no place, so that a padded sequence has the chunks of the same
sequence without padding. A sequence that goes on begins where its running chunk was left.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from attnkit.validate import is_traced

__all__ = ["Places"]


class Places(NamedTuple):
    """The place (rows, time) of each token among chunks; past the last one, none; which get full.

    `full` is (rows, chunks); a chunk has `length` places.
    """

    place: Tensor
    full: Tensor
    length: int

    @classmethod
    def of(cls, counted: Tensor, seen: Tensor, size: int) -> "Places":
        """The places of tokens of which these count (rows, time), after `seen` (rows,) others."""
        nth, n_tokens = counted.long().cumsum(-1) - 1, counted.shape[-1]
        most_seen = size - 1 if is_traced(seen) else int(seen.amax()) if seen.numel() else 0
        if most_seen + n_tokens <= size:  # within one chunk only the order matters
            n_chunks, length, place = 1, n_tokens, nth
        else:
            n_chunks, length = (n_tokens + most_seen - 1) // size + 1, size
            place = nth + seen[:, None]
        ends = size * torch.arange(1, n_chunks + 1, device=seen.device)
        full = (seen + counted.sum(-1))[:, None] >= ends
        return cls(torch.where(counted, place, n_chunks * length), full, length)

    def chunked(self, tokens: Tensor) -> Tensor:
        """Tokens (rows, time, ·) in their places: (rows, chunks, length, ·), zeros elsewhere."""
        rows, _, width = tokens.shape
        n_chunks = self.full.shape[-1]
        room = tokens.new_zeros(rows, n_chunks * self.length + 1, width)
        index = self.place[..., None].expand(-1, -1, width)
        return room.scatter(1, index, tokens)[:, :-1].unflatten(1, (n_chunks, self.length))

    def back(self, chunks: Tensor) -> Tensor:
        """The tokens of (rows, chunks, length, ·) in the order they came, zeros for no token."""
        padded = F.pad(chunks.flatten(1, 2), (0, 0, 0, 1))
        return padded.gather(1, self.place[..., None].expand(-1, -1, chunks.shape[-1]))
