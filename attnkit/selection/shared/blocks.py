"""Rows cut into blocks of equal size, and pairs of blocks as pairs of query and key."""

from typing import Annotated

import torch
from jaxtyping import Bool
from torch import Tensor

from attnkit.arguments import Range, checked

__all__ = ["Size", "count_blocks", "in_blocks", "kept_pairs", "no_longer"]

Size = Annotated[int, Range(1, 2**30)]
Length = Annotated[int, Range(0, 2**30)]


def count_blocks(length: int, size: int) -> int:
    """How many blocks so many rows make; the last may be shorter."""
    return -(-length // size)


def in_blocks(rows: Tensor, size: int, *, dim: int, fill: float | bool = 0) -> Tensor:
    """One dimension as two, (block, place); the last block is filled up, a lone one is not."""
    dim = dim % rows.ndim
    size = no_longer(size, rows.shape[dim])
    length, many = rows.shape[dim], count_blocks(rows.shape[dim], size)
    missing = many * size - length
    if missing:
        rest = rows.new_full((*rows.shape[:dim], missing, *rows.shape[dim + 1 :]), fill)
        rows = torch.cat([rows, rest], dim)
    return rows.unflatten(dim, (many, size))


def no_longer(size: int, length: int) -> int:
    """A size that makes the same blocks of so many rows, and no larger ones than needed."""
    return min(size, max(length, 1))


@checked
def kept_pairs(
    blocks: Bool[Tensor, "*batch query_block key_block"],
    n_queries: Length,
    n_keys: Length,
    *,
    query_size: Size,
    key_size: Size,
) -> Bool[Tensor, "*batch query key"]:
    r"""Return the pairs of query and key that kept pairs of blocks stand for.

    .. math:: K_i = \{ j : B_{\lfloor i / s_q \rfloor \lfloor j / s_k \rfloor} = 1 \}

    Parameters
    ----------
    blocks : Tensor
        B, (..., query block, key block), true for the pairs of blocks that are kept.
    n_queries, n_keys : int
        How many queries and keys there are; the last blocks may be shorter.
    query_size, key_size : int
        :math:`s_q` and :math:`s_k`, tokens in a block.

    Returns
    -------
    Tensor
        (..., query, key), true for the pairs kept.

    Raises
    ------
    ValueError, TypeError
        Another number of blocks than the lengths make; numbers below zero.

    References
    ----------
    Defined here.
    """
    require_blocks("blocks", blocks, (n_queries, n_keys), (query_size, key_size))
    rows = torch.arange(n_queries, device=blocks.device) // query_size
    columns = torch.arange(n_keys, device=blocks.device) // key_size
    return blocks.index_select(-2, rows).index_select(-1, columns)


def require_blocks(
    name: str, blocks: Tensor, lengths: tuple[int, int], sizes: tuple[int, int]
) -> None:
    """Refuse pairs of blocks that are not as many as the lengths make."""
    wanted = tuple(count_blocks(length, size) for length, size in zip(lengths, sizes, strict=True))
    if tuple(blocks.shape[-2:]) != wanted:
        raise ValueError(
            f"{name} must be (..., {wanted[0]}, {wanted[1]}) for n_queries = {lengths[0]} by "
            f"{sizes[0]} and n_keys = {lengths[1]} by {sizes[1]}, got {tuple(blocks.shape)}"
        )
