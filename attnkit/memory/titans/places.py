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
    """The place (rows, time) of each token among chunks, and which of them get full (rows, chunks).

    Past the last place, none. A chunk has `length` places. Without `place` tokens stand as they
    came, which costs less.
    """

    place: Tensor | None
    full: Tensor
    length: int
    n_tokens: int

    @classmethod
    def of(cls, counted: Tensor, seen: Tensor, size: int, *, all_count: bool) -> "Places":
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
        if all_count and most_seen == 0:
            return cls(None, full, length, n_tokens)
        return cls(torch.where(counted, place, n_chunks * length), full, length, n_tokens)

    def chunked(self, tokens: Tensor) -> Tensor:
        """Tokens (rows, time, ·) in their places: (rows, chunks, length, ·), zeros elsewhere."""
        n_chunks = self.full.shape[-1]
        n_all = n_chunks * self.length
        if self.place is None:
            room = F.pad(tokens, (0, 0, 0, n_all - self.n_tokens))
        else:
            index = self.place[..., None].expand_as(tokens)
            room = tokens.new_zeros(len(tokens), n_all + 1, tokens.shape[-1])
            room = room.scatter(1, index, tokens)[:, :-1]
        return room.unflatten(1, (n_chunks, self.length))

    def back(self, chunks: Tensor) -> Tensor:
        """The tokens of (rows, chunks, length, ·) in the order they came, zeros for no token."""
        flat = chunks.flatten(1, 2)
        if self.place is None:
            return flat[:, : self.n_tokens]
        index = self.place[..., None].expand(-1, -1, chunks.shape[-1])
        return F.pad(flat, (0, 0, 0, 1)).gather(1, index)
