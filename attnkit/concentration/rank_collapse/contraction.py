"""How much closer one map of weights, or a product of many, brings tokens at least."""

import math
from typing import Annotated

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, checked

__all__ = ["ergodicity"]


@checked
def ergodicity(
    weights: Annotated[Float[Tensor, "*batch query key"], Finite()],
) -> Float[Tensor, "*batch"]:
    r"""Dobrushin's coefficient: how far apart two rows of weights can be.

    .. math:: \tau(A) = \max_{i, j} \tfrac12 \sum_k |a_{ik} - a_{jk}|

    One layer brings the two tokens that are furthest apart closer together by this factor at
    least, if rows sum to one: :math:`\max_{ij} \|y_i - y_j\| \le \tau(A) \max_{ij} \|x_i - x_j\|`
    for :math:`Y = AX`, in any norm. For many layers take the product of their weights.

    Parameters
    ----------
    weights : Tensor
        (..., query, key), rows that sum to one.

    Returns
    -------
    Tensor (...), zero to one for such rows, and zero where there is no row.

    Raises
    ------
    TypeError, ValueError
        For weights that are not floating point or not finite.

    Notes
    -----
    Dobrushin 1956; it is what stands behind the theorems of Wu et al. 2024.
    """
    if math.prod(weights.shape[-2:]) == 0:
        return weights.sum((-2, -1))
    return (weights.unsqueeze(-2) - weights.unsqueeze(-3)).abs().sum(-1).amax((-2, -1)) / 2
