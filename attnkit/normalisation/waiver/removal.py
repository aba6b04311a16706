"""What a row's reading loses when one key is taken out of it: two exact formulas."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.precision import outside_autocast

__all__ = ["change_if_dropped", "change_if_renormalised", "value_weighted_share", "waiver_ratio"]

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
    return (weights.abs() * _lengths(values).unsqueeze(-2)).to(dtype)


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
    unit = _unit(values.flatten(-2)).unsqueeze(-1)
    moved = unit * torch.cdist(mean / unit, values / unit, compute_mode=EXACTLY)
    left = total - weights
    known = (left != 0) & (total != 0)
    change = (weights / left.where(known, 1.0) * total).abs() * moved
    return change.where(known, math.nan).masked_fill(weights == 0, 0.0).to(dtype)


@checked
def value_weighted_share(weights: Weights, values: Values) -> Float[Tensor, "*batch query key"]:
    r"""Each key's part in what is moved: its weight times the length of its value, as a share.

    .. math:: \frac{\lvert a_k \rvert \lVert v_k \rVert}{\sum_j \lvert a_j \rvert \lVert v_j \rVert}

    Parameters
    ----------
    weights : Tensor
        (..., query, key), any real numbers.
    values : Tensor
        (..., key, channel), of the same leading dimensions and dtype.

    Returns
    -------
    Tensor
        (..., query, key), in the weights' dtype; rows sum to one, or are zeros where nothing moves.

    Raises
    ------
    TypeError, ValueError
        For what is not floating point, not finite, or does not fit together.

    Notes
    -----
    Defined here, after Yan et al. 2024.
    """
    lengths = change_if_dropped(weights, values)
    total = lengths.sum(-1, keepdim=True)
    return lengths / total.where(total > 0, 1.0)


@checked
def waiver_ratio(
    values: Annotated[Float[Tensor, "*batch key channel"], Finite()],
) -> Float[Tensor, "*batch key"]:
    r"""Length of each key's value over the median length: a key that waives has a small one.

    .. math:: r_k = \frac{\lVert v_k \rVert}{\operatorname{median}_j \lVert v_j \rVert}

    Parameters
    ----------
    values : Tensor
        (..., key, channel). Give them as they arrive in the residual stream, :math:`W_O v`: a value
        can be long and still be projected away.

    Returns
    -------
    Tensor
        (..., key), in at least float32; NaN where the median is zero. Of an even number of keys the
        median is the lower one of the two in the middle.

    Raises
    ------
    TypeError, ValueError
        For values that are not floating point, or hold NaN or an infinity.

    Notes
    -----
    Defined here, after Yan et al. 2024.
    """
    lengths = _lengths(values.to(torch.promote_types(values.dtype, torch.float32)))
    if lengths.numel() == 0:
        return lengths
    median = lengths.median(-1, keepdim=True).values
    return (lengths / median.where(median > 0, 1.0)).where(median > 0, math.nan)


def _lengths(values: Tensor) -> Tensor:
    """Lengths of the rows (..., row), where the square of an entry may not be a number."""
    unit = _unit(values)
    return (values / unit).norm(dim=-1) * unit.squeeze(-1)


def _unit(values: Tensor) -> Tensor:
    """The largest absolute entry along the last dimension, or one where all are zero."""
    largest = torch.nn.functional.pad(values.detach().abs(), (0, 1)).amax(-1, keepdim=True)
    return largest.where(largest > 0, 1.0)


def _exact(weights: Tensor, values: Tensor) -> tuple[Tensor, Tensor, torch.dtype]:
    dtype = torch.promote_types(weights.dtype, torch.float32)
    return weights.to(dtype), values.to(dtype), weights.dtype
