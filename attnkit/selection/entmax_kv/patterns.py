"""Pages of the highest bounds, for the gallery of the room."""

from functools import partial

import torch
from torch import Tensor

from attnkit.selection.entmax_kv.order import similar_order
from attnkit.selection.entmax_kv.pages import best_pages
from attnkit.selection.shared.blocks import kept_pairs
from attnkit.selection.shared.pattern import Pattern

__all__ = ["PAGES", "by_bound", "by_bound_sorted"]


def by_bound(queries: Tensor, keys: Tensor, n_keys: int, size: int = 16) -> Tensor:
    """The last page, and those of the highest bounds."""
    n_pages = max(round(n_keys / size), 1)
    pages = best_pages(queries, keys, size=size, n_pages=n_pages)
    lengths = queries.shape[-2], keys.shape[-2]
    return kept_pairs(pages, *lengths, query_size=1, key_size=size)


def by_bound_sorted(queries: Tensor, keys: Tensor, n_keys: int, size: int = 16) -> Tensor:
    """The same with the keys of a page alike; columns stand in the text's order."""
    order = similar_order(keys)
    sorted_keys = keys.gather(-2, order[..., None].expand(keys.shape))
    kept = by_bound(queries, sorted_keys, n_keys, size)
    places = order[..., None, :].expand(kept.shape)
    return torch.zeros_like(kept).scatter(-1, places, kept)


# Short pages: of a text of a few dozen keys the last one alone would spend the budget.
PAGES = Pattern("pages", partial(by_bound, size=2))
