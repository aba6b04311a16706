"""Reading kept blocks of keys only: gathered, weighed, and put back row of blocks by row."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from attnkit.masks import Mask, require_finite_where_attended
from attnkit.selection.shared.blocks import in_blocks, no_longer
from attnkit.selection.shared.pairs import Pairs, pairs_of

__all__ = ["read_blocks"]

_AT_ONCE = 2**18
"""So many gathered numbers stay in the cache."""

Weigh = Callable[[Tensor, Tensor | None], Tensor]


def read_blocks(
    tokens: tuple[Tensor, Tensor, Tensor],
    blocks: Tensor,
    sizes: tuple[int, int],
    weigh: Weigh,
    mask: Mask | None,
) -> Tensor:
    """Values under `weigh(scores, mask)` of the kept blocks of keys, for each block of queries.

    Shapes are those of `block_attention`. A block that nobody keeps is not looked at, and what the
    mask leaves out is zero before anything is computed.
    """
    batch, n_queries, n_keys = tokens[0].shape[:-2], tokens[0].shape[-2], tokens[1].shape[-2]
    sizes = no_longer(sizes[0], n_queries), no_longer(sizes[1], n_keys)
    dtype = torch.promote_types(tokens[0].dtype, torch.float32)
    kept = blocks.expand(*batch, -1, -1).reshape(batch.numel(), *blocks.shape[-2:])
    pairs = pairs_of(mask, *tokens[:2], sizes)
    asked, seen = _attended(kept, pairs, sizes)
    asked, seen = (t.reshape(*batch, t.shape[-1]) for t in (asked, seen))
    attended = (asked[..., :n_queries], seen[..., :n_keys], seen[..., :n_keys])
    cut = []
    for name, rows, there in zip(("queries", "keys", "values"), tokens, attended, strict=True):
        rows = require_finite_where_attended(name, rows, there).to(dtype)
        size = sizes[0] if name == "queries" else sizes[1]
        rows = in_blocks(rows, size, dim=-2)
        cut.append(rows.reshape(len(kept), *rows.shape[len(batch) :]))
    cut[0] = cut[0] * max(cut[0].shape[-1], 1) ** -0.5
    read = _read(cut, kept, pairs, weigh)
    whole = read.reshape(*batch, kept.shape[1] * sizes[0], read.shape[-1])
    return whole[..., :n_queries, :].to(tokens[0].dtype)


def _attended(kept: Tensor, pairs: Pairs | None, sizes: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Which queries (sequence, query) and keys (sequence, key) have a partner."""
    if pairs is not None:
        return pairs.partners(kept, sizes)
    asked, seen = kept.any(-1), kept.any(-2)
    return asked.repeat_interleave(sizes[0], -1), seen.repeat_interleave(sizes[1], -1)


def _read(cut: list[Tensor], kept: Tensor, pairs: Pairs | None, weigh: Weigh) -> Tensor:
    """(row of blocks, place, channel): zeros for a row without a block."""
    queries, keys, values = cut
    n_rows = kept.shape[1]
    queries = queries.flatten(0, 1)
    at_once = _AT_ONCE // max(keys.shape[2] * (keys.shape[3] + values.shape[3]), 1)
    rows, parts = [], []
    for some, columns in _groups(kept.flatten(0, 1), max(at_once, 1)):
        own = some[:, None] // n_rows
        k, v = (t[own, columns].flatten(1, 2) for t in (keys, values))
        seen = None if pairs is None else pairs.of(own, some[:, None] % n_rows, columns)
        parts.append(weigh(queries[some] @ k.mT, seen) @ v)
        rows.append(some)
    read = values.new_zeros(*queries.shape[:2], values.shape[-1])
    return read.index_copy(0, torch.cat(rows), torch.cat(parts))


def _groups(kept: Tensor, at_once: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Rows that keep as many blocks, and which: (row,) and (row, block), so many blocks at once.

    The first group is of no row at all: it ties what is read to the graph where nothing is kept.
    """
    counts = kept.sum(-1)
    nothing = counts.new_zeros(0)
    yield nothing, nothing.view(0, 0)
    for count in counts[counts > 0].unique().tolist():
        rows = (counts == count).nonzero().flatten()
        columns = kept[rows].nonzero()[:, 1].view(-1, count)
        size = max(at_once // count, 1)
        yield from zip(rows.split(size), columns.split(size), strict=True)
