"""Entmax attention that reads a few pages of keys: all that can matter, or the most promising."""

from functools import partial
from typing import Annotated

from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.precision import outside_autocast
from attnkit.selection.entmax_kv.pages import best_pages, certified_pages
from attnkit.selection.entmax_kv.threshold import Alpha, entmax_of
from attnkit.selection.shared.blocks import Size, require_blocks
from attnkit.selection.shared.gathered import read_blocks

__all__ = ["entmax_kv_attention", "page_attention"]


@checked
@outside_autocast
def page_attention(
    queries: Float[Tensor, "*batch query d_key"],
    keys: Annotated[Float[Tensor, "*batch key d_key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key d_value"], Like("queries")],
    pages: Bool[Tensor, "*#batch query page"],
    *,
    size: Size,
    alpha: Alpha = 1.5,
    mask: Bool[Tensor, "*#batch key"] | None = None,
) -> Float[Tensor, "*batch query d_value"]:
    r"""Return entmax attention over the keys of some pages, and compute no other page.

    .. math::
        o_i = \sum_{j \in K_i} p_{ij} v_j, \qquad
        p_i = \operatorname{entmax}_\alpha (q_i \cdot k_j / \sqrt d)_{j \in K_i}

    It is entmax attention over all keys where every key of positive weight is on a page of its
    query.

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, d_key), (..., key, d_key) and (..., key, d_value), of one dtype.
    pages : Tensor
        (..., query, page), true for the pages that the query reads.
    size : int
        Keys on a page; the last page may be shorter.
    alpha : float
        :math:`\alpha` from 1.01 to 8.
    mask : Tensor or None
        (..., key), true where a key counts.

    Returns
    -------
    Tensor
        (..., query, d_value) of the queries' dtype, computed in at least float32; a query that
        reads nothing gets zeros.

    Raises
    ------
    ValueError, TypeError
        Another number of pages than the keys make; shapes that do not fit; NaN or an infinity
        where a key is read.

    References
    ----------
    EntmaxKV, arXiv:2605.21649, from its abstract and the authors' code.
    """
    require_blocks("pages", pages, (queries.shape[-2], keys.shape[-2]), (1, size))
    seen = None if mask is None else mask.unsqueeze(-2)
    weigh = partial(entmax_of, alpha=alpha)
    return read_blocks((queries, keys, values), pages, (1, size), weigh, seen)


@checked
@outside_autocast
def entmax_kv_attention(
    queries: Float[Tensor, "*batch query d_key"],
    keys: Annotated[Float[Tensor, "*batch key d_key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key d_value"], Like("queries")],
    *,
    size: Size = 16,
    n_pages: Annotated[int, Range(1, 2**30)] | None = None,
    alpha: Alpha = 1.5,
    mask: Bool[Tensor, "*#batch key"] | None = None,
) -> Float[Tensor, "*batch query d_value"]:
    r"""Return entmax attention that reads the pages of the highest bounds, or all it must.

    .. math:: K_i = \{ b : u_{ib} > \tau_i \} \quad \text{or} \quad \operatorname{top}_m u_i

    Without a number of pages it is exact: a page whose bound u does not exceed the threshold
    :math:`\tau` holds no key of positive weight. The last page is read in either case.

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, d_key), (..., key, d_key) and (..., key, d_value), of one dtype.
    size : int
        Keys on a page.
    n_pages : int or None
        Pages m that each query reads; by default those of `certified_pages`.
    alpha : float
        :math:`\alpha` from 1.01 to 8.
    mask : Tensor or None
        (..., key), true where a key counts.

    Returns
    -------
    Tensor
        (..., query, d_value) of the queries' dtype; zeros where no key counts.

    Raises
    ------
    ValueError, TypeError
        As `page_attention`; no page at all.

    References
    ----------
    EntmaxKV, arXiv:2605.21649, from its abstract and the authors' code; that the certified rule
    needs no other pages is derived here.
    """
    if n_pages is None:
        pages = certified_pages(queries, keys, size=size, alpha=alpha, mask=mask)
    else:
        pages = best_pages(queries, keys, size=size, n_pages=n_pages, mask=mask)
    given = {"size": size, "alpha": alpha, "mask": mask}
    return page_attention(queries, keys, values, pages, **given)
