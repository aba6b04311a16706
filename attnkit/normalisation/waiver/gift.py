"""What each key gives: its value's length, among others' and under its weight."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, checked
from attnkit.normalisation.waiver.lengths import lengths_of
from attnkit.normalisation.waiver.removal import Values, Weights, change_if_dropped

__all__ = ["value_weighted_share", "waiver_ratio"]


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
    lengths = lengths_of(values.to(torch.promote_types(values.dtype, torch.float32)))
    if lengths.numel() == 0:
        return lengths
    median = lengths.median(-1, keepdim=True).values
    return (lengths / median.where(median > 0, 1.0)).where(median > 0, math.nan)
