"""FlexPrefill in the room's gallery and harness: the share that spends a given budget."""

from functools import partial

import torch
from torch import Tensor

from attnkit.precision import widened
from attnkit.selection.flex_prefill.flex_prefill import flex_prefill_keys
from attnkit.selection.shared.pattern import Pattern

__all__ = ["FLEX_PREFILL"]


def blocks_for(queries: Tensor, keys: Tensor, n_keys: int, *, block: int = 4) -> Tensor:
    """Pooled blocks at the largest of a hundred shares that keep at most so many keys a row.

    One share for all heads: a head whose map is even gets more keys than one with a spike.
    """
    n, wide = keys.shape[-2], keys.shape[-1] ** 0.25

    def at(share: float) -> Tensor:
        return flex_prefill_keys(queries * wide, keys * wide, share=share, block=block)

    shares = (torch.arange(1, 101) / 100).tolist()
    low, high = 0, len(shares)
    while high - low > 1:
        middle = (low + high) // 2
        fits = widened(at(shares[middle])).mean() <= n_keys / n
        low, high = (middle, high) if fits else (low, middle)
    return at(shares[low])


# Short blocks: the first and the own block of four are two keys in eleven of 44.
FLEX_PREFILL = Pattern("FlexPrefill", partial(blocks_for, block=2))
