"""Which keys each query may attend, told block by block, so that no mask of all pairs is made."""

from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["Visible", "visible_keys"]


@dataclass(frozen=True, eq=False)
class Visible:
    """A mask of few rows, and how far ahead of its own number a query sees (None: all keys).

    `mask` is (kinds, query or 1, key), and `kind` says which of them a batch element has.
    """

    mask: Tensor | None
    kind: Tensor | None
    reach: int | None

    def n_keys(self, rows: slice, n_keys: int) -> int:
        """So many keys from the first on are all that these queries may see."""
        if self.reach is None:
            return n_keys
        return min(max(rows.stop + self.reach, 0), n_keys)

    def hide(self, scores: Tensor, batch: slice, rows: slice) -> Tensor:
        """The scores of a block, -inf where a key may not be attended."""
        n_queries, n_keys = scores.shape[-2:]
        if self.reach is not None:
            first = rows.start + self.reach + 1
            ahead = torch.ones(n_queries, n_keys, dtype=torch.bool, device=scores.device)
            scores = scores.masked_fill(ahead.triu_(first), -torch.inf)
        if self.mask is not None:
            of_rows = rows if self.is_by_pair else slice(None)
            seen = self.mask[self.kind[batch], of_rows, :n_keys]
            scores = scores.masked_fill(~seen, -torch.inf)
        return scores

    @property
    def is_by_pair(self) -> bool:
        """Whether queries of one batch element have masks of their own."""
        return self.mask is not None and self.mask.shape[1] > 1


def visible_keys(batch: torch.Size, mask: Tensor | None, reach: int | None) -> Visible:
    """For a mask (..., query or 1, key) whose leading dimensions broadcast to the batch's."""
    if mask is None:
        return Visible(None, None, reach)
    leading = mask.shape[:-2]
    kinds = torch.arange(leading.numel(), device=mask.device).reshape(leading)
    return Visible(mask.reshape(-1, *mask.shape[-2:]), kinds.expand(batch).reshape(-1), reach)
