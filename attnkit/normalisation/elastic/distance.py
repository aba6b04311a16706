"""A learned number for each distance from query to key, as a bias on the scores."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked

__all__ = ["distance_bias"]

Count = Annotated[int, Range(0, 10**6)]


@checked
def distance_bias(
    table: Annotated[Float[Tensor, "*heads distance"], Finite()], n_queries: Count, n_keys: Count
) -> Float[Tensor, "*heads query key"]:
    r"""Lay a table of numbers out by distance, :math:`b_{ij} = \text{table}_{\lvert i - j \rvert}`.

    The last query stands at the last key, as where earlier keys are cached. Beyond the table the
    bias is zero.

    Parameters
    ----------
    table : Tensor
        (..., distance), from distance zero on; leading dimensions are those of the heads.
    n_queries, n_keys : int
        How many there are.

    Returns
    -------
    Tensor (..., query, key) of the table's dtype, differentiable in the table.

    Raises
    ------
    TypeError
        For a table that is not floating point, or numbers that are not whole.
    ValueError
        For NaN or an infinity in the table, or a negative number of queries or keys.

    Notes
    -----
    Lazy attention, arXiv:2601.00919, by a third party's code: one table of 513 zeros a head to
    begin with.
    """
    places = torch.arange(n_keys - n_queries, n_keys, device=table.device)
    apart = (places[:, None] - torch.arange(n_keys, device=table.device)).abs()
    longer = torch.cat([table, table.new_zeros(*table.shape[:-1], 1)], -1)
    return longer[..., apart.clamp_max(table.shape[-1])]
