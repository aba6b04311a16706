"""A mask of pairs of query and key, cut into pairs of blocks."""

from dataclasses import dataclass

import torch
from torch import Tensor

from attnkit.masks import Mask, require_mask
from attnkit.selection.shared.blocks import count_blocks, in_blocks

__all__ = ["Pairs", "pairs_of"]


@dataclass(frozen=True)
class Pairs:
    """Pairs (mask, row of blocks, block, query, key), and which of them belong to a sequence.

    A mask that is the same for many sequences, or for all queries, is held once.
    """

    pairs: Tensor
    masks: Tensor
    rows: Tensor

    def of(self, sequence: Tensor, row: Tensor, columns: Tensor) -> Tensor:
        """(some, query, key) of the kept blocks (some, block) of some rows of blocks (some, 1)."""
        found = self.pairs[self.masks[sequence], self.rows[row], columns]
        return found.transpose(1, 2).flatten(2)

    def partners(self, kept: Tensor, sizes: tuple[int, int]) -> tuple[Tensor, Tensor]:
        """Which queries and keys of every sequence attend, or are attended, in a kept block."""
        of_query = self.pairs.any(-1)[self.masks][:, self.rows] & kept[..., None]
        of_key = self.pairs.any(-2)[self.masks][:, self.rows] & kept[..., None]
        queries = of_query.any(2).expand(-1, -1, sizes[0])
        return queries.flatten(1), of_key.any(1).flatten(1)


def pairs_of(
    mask: Mask | None, queries: Tensor, keys: Tensor, sizes: tuple[int, int]
) -> Pairs | None:
    """The mask in blocks, false beyond the last key; None where every pair may attend."""
    n_keys, batch = keys.shape[-2], queries.shape[:-2]
    if mask is None and n_keys % sizes[1] == 0:
        return None
    if mask is None:
        mask = torch.ones(n_keys, dtype=torch.bool, device=keys.device)
    whole = torch.Size((*batch, queries.shape[-2], n_keys))
    mask = torch.atleast_2d(require_mask(mask, whole, "queries and keys"))
    own, shared = mask.shape[:-2], mask.shape[-2] == 1
    flat = mask.expand(*own, -1, n_keys).reshape(own.numel(), mask.shape[-2], n_keys)
    cut = in_blocks(in_blocks(flat, sizes[1], dim=2), 1 if shared else sizes[0], dim=1)
    rows = torch.arange(count_blocks(queries.shape[-2], sizes[0]), device=mask.device)
    masks = torch.arange(own.numel(), device=mask.device).view(own).expand(batch).flatten()
    return Pairs(cut.transpose(2, 3), masks, rows * (not shared))
