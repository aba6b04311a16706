"""Keys in a fixed number of columns, whatever the length of the text."""

from typing import Annotated

import torch
from jaxtyping import Float, Int
from torch import Tensor

from attnkit.arguments import Finite, Range, checked

__all__ = ["Width", "column_means", "column_of_key"]

Width = Annotated[int, Range(1, 2**20)]


@checked
def column_of_key(n: Annotated[int, Range(0, 2**30)], width: Width) -> Int[Tensor, " n"]:
    r"""Return which of so many columns each key lies in, in order of place.

    .. math:: c(j) = \lfloor j w / n \rfloor

    Parameters
    ----------
    n : int
        Number of keys.
    width : int
        w, the number of columns; with more columns than keys some have none.

    Returns
    -------
    Tensor
        (key,), from 0 to w - 1.

    Raises
    ------
    ValueError, TypeError
        A number of keys below zero, of columns below one.

    References
    ----------
    Lee et al. 2023, arXiv:2310.01777: the map of T keys is interpolated to K columns and back.
    """
    return torch.arange(n) * width // max(n, 1)


@checked
def column_means(
    rows: Annotated[Float[Tensor, "*batch key"], Finite()], width: Width
) -> Float[Tensor, "*batch {width}"]:
    r"""Return the mean of each column's entries.

    .. math:: \bar r_c = \frac{1}{|\{j : c(j) = c\}|} \sum_{j : c(j) = c} r_j

    Parameters
    ----------
    rows : Tensor
        (..., key).
    width : int
        The number of columns.

    Returns
    -------
    Tensor
        (..., column), in at least float32; zero for a column without a key.

    Raises
    ------
    ValueError, TypeError
        NaN or an infinity, columns below one.

    References
    ----------
    Lee et al. 2023, arXiv:2310.01777.
    """
    rows = rows.to(torch.promote_types(rows.dtype, torch.float32))
    column = column_of_key(rows.shape[-1], width).to(rows.device)
    sums = rows.new_zeros(*rows.shape[:-1], width).index_add(-1, column, rows)
    return sums / column.bincount(minlength=width).clamp_min(1)
