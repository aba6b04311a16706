"""What a row's reading loses when one key is taken out of it: two exact formulas."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.normalisation.waiver.lengths import lengths_of, unit_of
from attnkit.precision import outside_autocast

__all__ = ["Values", "Weights", "change_if_dropped", "change_if_renormalised"]

EXACTLY = "donot_use_mm_for_euclid_dist"  # the fast form loses the digits of near points
Weights = Annotated[Float[Tensor, "*batch query key"], Finite()]
Values = Annotated[Float[Tensor, "*batch key channel"], Like("weights"), Finite()]


@checked
@outside_autocast
def change_if_dropped(weights: Weights, values: Values) -> Float[Tensor, "*batch query key"]:
    r"""How far each reading moves when one key's weight is set to zero.

    .. math:: \lVert c - c_{\setminus k} \rVert = a_k \lVert v_k \rVert

    Parameters
    ----------
    weights : Tensor
        (..., query, key), any real numbers.
    values : Tensor
        (..., key, channel), of the same leading dimensions and dtype.

    Returns
    -------
    Tensor
        (..., query, key), one distance for each key that might be dropped; in the weights' dtype.

    Raises
    ------
    TypeError, ValueError
        For what is not floating point, not finite, or does not fit together.

    Notes
    -----
    Derived here, for the anomalous tokens of Yan et al. 2024, whose abstract we read.
    """
    weights, values, dtype = _exact(weights, values)
    return (weights.abs() * lengths_of(values).unsqueeze(-2)).to(dtype)


@checked
@outside_autocast
def change_if_renormalised(weights: Weights, values: Values) -> Float[Tensor, "*batch query key"]:
    r"""How far each reading moves when one key is dropped and the others are scaled up for it.

    .. math:: \lVert c - c'_{\setminus k} \rVert = \frac{a_k}{1 - a_k} \lVert c - v_k \rVert

    What the key kept still is handed to the others: the more it had, the more they are amplified.
    For weights that sum to :math:`S` the law is :math:`a_k \lVert c - S v_k\rVert / (S - a_k)`.

    Parameters
    ----------
    weights : Tensor
        (..., query, key), of any sum; the others are scaled so that it stays.
    values : Tensor
        (..., key, channel), of the same leading dimensions and dtype.

    Returns
    -------
    Tensor
        (..., query, key), in the weights' dtype. NaN where the key has all of the sum, or the sum
        is zero: nothing is left to be scaled. Zero where it has no weight.

    Raises
    ------
    TypeError, ValueError
        For what is not floating point, not finite, or does not fit together.

    Notes
    -----
    Derived here, for the anomalous tokens of Yan et al. 2024, whose abstract we read.
    """
    weights, values, dtype = _exact(weights, values)
    total = weights.sum(-1, keepdim=True)
    mean = weights @ values / total.where(total != 0, 1.0)
    unit = unit_of(values.flatten(-2)).unsqueeze(-1)
    moved = unit * torch.cdist(mean / unit, values / unit, compute_mode=EXACTLY)
    left = total - weights
    known = (left != 0) & (total != 0)
    change = (weights / left.where(known, 1.0) * total).abs() * moved
    return change.where(known, math.nan).masked_fill(weights == 0, 0.0).to(dtype)


def _exact(weights: Tensor, values: Tensor) -> tuple[Tensor, Tensor, torch.dtype]:
    dtype = torch.promote_types(weights.dtype, torch.float32)
    return weights.to(dtype), values.to(dtype), weights.dtype
