"""Blocks of queries that read their block and a halo around it, as HaloNet does."""

from functools import reduce
from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.precision import outside_autocast
from attnkit.selection.neighbourhood.axes import Halos, Shape, Sizes, per_axis, require_shape
from attnkit.selection.neighbourhood.groups import halo_groups, product, read_groups
from attnkit.selection.neighbourhood.windows import all_axes

__all__ = ["halo_attention", "halo_keys"]


@checked
def halo_keys(shape: Shape, *, block: Sizes, halo: Halos) -> Bool[Tensor, "query key"]:
    r"""Return which keys lie in the block of each query or in its halo.

    .. math::
        K_i = \{ j : b \lfloor i/b \rfloor - h \le j < b \lfloor i/b \rfloor + b + h \}

    At a border the halo is cut off: there a query has fewer keys than b + 2h.

    Parameters
    ----------
    shape : sequence of int
        Lengths of one to three axes; tokens are counted along the last axis first.
    block : int or sequence of int
        b, one for all axes or one for each.
    halo : int or sequence of int
        h, how far a block sees beyond itself; at zero blocks see themselves alone.

    Returns
    -------
    Tensor
        (query, key), true for the keys that a query sees.

    Raises
    ------
    ValueError, TypeError
        A block below one, a halo below zero, another number of entries than axes.

    References
    ----------
    Vaswani et al. 2021, arXiv:2103.12731.
    """
    shape = require_shape(shape)
    sizes = (per_axis("block", block, len(shape)), per_axis("halo", halo, len(shape)))
    return all_axes(_near, shape, *sizes)


def _near(length: int, block: int, halo: int) -> Tensor:
    """The mask (query, key) of one axis."""
    place = torch.arange(length)
    first = (place // block * block)[:, None]
    return (place >= first - halo) & (place < first + block + halo)


@checked
@outside_autocast
def halo_attention(
    queries: Float[Tensor, "*batch time d_key"],
    keys: Annotated[Float[Tensor, "*batch time d_key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time d_value"], Like("queries")],
    *,
    block: Sizes,
    halo: Halos,
    shape: Shape | None = None,
    mask: Bool[Tensor, "*#batch time"] | None = None,
) -> Float[Tensor, "*batch time d_value"]:
    r"""Read by softmax each query's block and its halo, in time linear in the number of tokens.

    .. math::
        o_i = \sum_{j \in K_i} p_{ij} v_j, \qquad
        p_{ij} = \frac{e^{q_i \cdot k_j / \sqrt d}}{\sum_{l \in K_i} e^{q_i \cdot k_l / \sqrt d}}

    The keys K are those of `halo_keys`, gathered once for each block.

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., time, d_key) twice and (..., time, d_value).
    block, halo : int or sequence of int
        As in `halo_keys`.
    shape : sequence of int, optional
        Lengths of one to three axes whose product is the number of tokens; one axis of all of them
        by default.
    mask : Tensor, optional
        (..., time), true where a token counts. Others are neither read nor looked at, and read
        zeros.

    Returns
    -------
    Tensor
        (..., time, d_value); a query that sees no token that counts reads zeros. Computed in at
        least float32, in the queries' dtype.

    Raises
    ------
    ValueError, TypeError
        As `halo_keys`; shapes that do not fit; NaN or an infinity where a token counts.

    References
    ----------
    Vaswani et al. 2021, arXiv:2103.12731.
    """
    shape = require_shape(shape, queries.shape[-2])
    sizes = (per_axis("block", block, len(shape)), per_axis("halo", halo, len(shape)))
    return read_groups(
        queries, keys, values, reduce(product, map(halo_groups, shape, *sizes)), mask
    )
