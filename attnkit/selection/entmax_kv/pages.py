"""Which pages of keys a query reads: the most promising, or all that can matter."""

from functools import partial
from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.precision import outside_autocast
from attnkit.selection.entmax_kv.threshold import Alpha, threshold_terms
from attnkit.selection.shared.blocks import Size
from attnkit.selection.shared.bounds import block_bounds
from attnkit.selection.shared.gathered import read_blocks
from attnkit.selection.shared.references import oracle

__all__ = ["best_pages", "certified_pages", "last_page"]


@checked
@outside_autocast
def best_pages(
    queries: Float[Tensor, "*batch query d_key"],
    keys: Annotated[Float[Tensor, "*batch key d_key"], Like("queries")],
    *,
    size: Size = 16,
    n_pages: Annotated[int, Range(1, 2**30)],
    mask: Bool[Tensor, "*#batch key"] | None = None,
) -> Bool[Tensor, "*batch query page"]:
    r"""Return the last page, and those of the highest bounds.

    .. math:: P_i = \{ \text{last} \} \cup \operatorname{top}_{m - 1} \{ u_{ib} \}

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, d_key) and (..., key, d_key).
    size : int
        Keys on a page; the last may be shorter.
    n_pages : int
        m, the last page among them.
    mask : Tensor or None
        (..., key), true where a key counts; the last page is the last on which one does.

    Returns
    -------
    Tensor
        (..., query, page), true for the pages read.

    Raises
    ------
    ValueError, TypeError
        No page at all; as `block_bounds`.

    References
    ----------
    EntmaxKV, arXiv:2605.21649, from the authors' code.
    """
    bounds = block_bounds(queries, keys, size=size, mask=mask)
    return oracle(bounds.masked_fill(last_page(bounds), torch.finfo(bounds.dtype).max), n_pages)


@checked
@torch.no_grad()
@outside_autocast
def certified_pages(
    queries: Float[Tensor, "*batch query d_key"],
    keys: Annotated[Float[Tensor, "*batch key d_key"], Like("queries")],
    *,
    size: Size = 16,
    alpha: Alpha = 1.5,
    mask: Bool[Tensor, "*#batch key"] | None = None,
) -> Bool[Tensor, "*batch query page"]:
    r"""Return all pages that may hold a key of positive weight, without reading the others.

    .. math:: P_i = \{ \text{last} \} \cup \{ b : u_{ib} > \tau_i \}

    The threshold :math:`\tau` of the pages read so far is a lower bound of the row's own, so that a
    page whose bound stays below it is out for good. Pages are read in order of their bounds, twice
    as many each time, until all that are left are out.

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, d_key) and (..., key, d_key).
    size : int
        Keys on a page; the last may be shorter.
    alpha : float
        :math:`\alpha` of the entmax that will read them, from 1.01 to 8.
    mask : Tensor or None
        (..., key), true where a key counts.

    Returns
    -------
    Tensor
        (..., query, page), true for the pages to be read; entmax over them is entmax over all.

    Raises
    ------
    ValueError, TypeError
        As `block_bounds`; an order outside its range.

    References
    ----------
    EntmaxKV, arXiv:2605.21649, for the rule; how the threshold is found is derived here.
    """
    bounds = block_bounds(queries, keys, size=size, mask=mask)
    last = last_page(bounds)
    thresholds = partial(_thresholds, queries, keys, size=size, alpha=alpha, mask=mask)
    read = last | oracle(bounds, 1)
    found, n_more = thresholds(read), 1
    while bool((left := (bounds > found[..., None]) & ~read).any()):
        unsure = left.any(-1)
        read = read | oracle(bounds.masked_fill(~left, -torch.inf), n_more)
        found = torch.where(unsure, thresholds(read & unsure[..., None]), found)
        n_more *= 2
    return (bounds > found[..., None]) | last


def last_page(bounds: Tensor) -> Tensor:
    """The last page on which a key counts."""
    there = bounds > -torch.inf
    return there & (there.flip(-1).cumsum(-1).flip(-1) == 1)


def _thresholds(
    queries: Tensor, keys: Tensor, pages: Tensor, *, size: int, alpha: float, mask: Tensor | None
) -> Tensor:
    """Threshold (..., query) of the keys on the pages that each query has read."""
    ones = keys.new_ones(*keys.shape[:-1], 1)
    seen = None if mask is None else mask.unsqueeze(-2)
    weigh = partial(threshold_terms, alpha=alpha)
    return read_blocks((queries, keys, ones), pages, (1, size), weigh, seen)[..., 0]
