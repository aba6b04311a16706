"""What exceeds the mean of a row, raised to a power: the second stage of LSSAR."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.length.softplus.powers import shares_of_powers
from attnkit.length.softplus.softplus import softplus_weights
from attnkit.masks import Mask, attended_keys, require_dimension, require_mask

__all__ = ["Offset", "Power", "reweight", "reweighted_softplus_weights"]

Power = Annotated[float, Range(1.0, 64.0)]
Offset = Annotated[float, Range(0.0, 64.0)]

SHORT = 3
"""Rows of so few keys have no offset unless one is given."""


@checked
def reweight(
    weights: Annotated[Float[Tensor, "*shape"], Range(0.0)],
    power: Power = 15.0,
    offset: Offset | None = None,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""Raise what each weight has above the offset to a power, and let the row sum to one again.

    .. math:: w_j \propto \left[n\, a_j - o\right]_+^{\,p}

    A row in which no weight exceeds o/n becomes zeros, with zero gradients: at o = 1 that is the
    level row, and only that. The order of the weights is kept.

    Parameters
    ----------
    weights : Tensor
        Non-negative, of any shape. Half precision is computed in float32 and returned as half
        precision.
    power : float
        Between 1 and 64. Powers are taken of ratios to the largest, so that none overflows.
    offset : float or None
        Between 0 and 64. By default one, and zero in rows of three keys or fewer.
    dim : int
        Dimension over which the weights sum to one.
    mask : Tensor or None
        Boolean, broadcasts to `weights`; true where a key may be attended and counts for n. A
        masked key has no weight.

    Returns
    -------
    Tensor shaped like `weights`, of its dtype.

    Raises
    ------
    TypeError
        For weights that are not floating point, or a mask that is not boolean.
    ValueError
        For a negative weight, NaN or infinity, a power or an offset out of range, or shapes that
        do not broadcast.

    Notes
    -----
    Gao et al. 2025, arXiv:2501.13428 (abstract read; the formula, the power of 15 and the
    first three rows are second-hand, from two implementations by others that agree).
    """
    dim = require_dimension(dim, weights)
    rows = weights.to(torch.promote_types(weights.dtype, torch.float32))
    if mask is not None:
        rows = rows.masked_fill(~require_mask(mask, weights.shape, "weights"), 0.0)
    if rows.numel() == 0:
        return weights.clone()
    return _reweighted(rows, power, offset, _counted(rows, mask, dim), dim).to(weights.dtype)


def _counted(rows: Tensor, attended: Tensor | None, dim: int) -> Tensor:
    """How many keys of each row are attended, with size 1 along `dim`; None: all of them."""
    if attended is None:
        first = rows.detach().narrow(dim, 0, 1) if rows.ndim else rows.detach()
        return torch.full_like(first, rows.shape[dim] if rows.ndim else 1)
    return attended.expand(rows.shape).sum(dim, keepdim=True).to(rows.dtype)


def _reweighted(
    rows: Tensor, power: float, offset: float | None, n_keys: Tensor, dim: int
) -> Tensor:
    low = (n_keys > SHORT).to(rows.dtype) if offset is None else torch.full_like(n_keys, offset)
    return shares_of_powers(rows, n_keys, low, power, dim)


@checked
def reweighted_softplus_weights(
    scores: Float[Tensor, "*shape"],
    power: Power = 15.0,
    offset: Offset | None = None,
    dim: int = -1,
    mask: Mask | None = None,
) -> Float[Tensor, "*shape"]:
    r"""`softplus_weights`, then `reweight`: the two stages of LSSAR, for scores scaled already.

    Parameters
    ----------
    scores : Tensor
        Floating tensor of any shape; a score of -inf gets weight zero and does not count for n.
    power, offset : float
        As in `reweight`.
    dim : int
        Dimension over which the weights sum to one.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended.

    Returns
    -------
    Tensor shaped like `scores`, of its dtype.

    Raises
    ------
    TypeError, ValueError
        For scores that are not floating point, NaN or +inf among those attended, a power or an
        offset out of range, or a mask that does not fit.

    Notes
    -----
    Gao et al. 2025, arXiv:2501.13428.
    """
    dim = require_dimension(dim, scores)
    if scores.numel() == 0:
        return scores.clone()
    rows = scores.to(torch.promote_types(scores.dtype, torch.float32))
    weights = softplus_weights(rows, dim, mask)
    n_keys = _counted(rows, attended_keys(rows, mask), dim)
    return _reweighted(weights, power, offset, n_keys, dim).to(scores.dtype)
