"""What an elastic softmax leaves of many independent normal scores: two shares in closed form."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked

__all__ = ["share_of_zeros", "sum_of_weights"]

Spread = Annotated[Float[Tensor, "*shape"], Range(0.0)]
Offset = Annotated[float, Range()]


@checked
def share_of_zeros(spread: Spread, offset: Offset = -1.0) -> Float[Tensor, "*shape"]:
    r"""Share of the keys that an elastic softmax drops, in the limit of many normal scores.

    .. math:: \Phi\!\left(\frac{s}{2} + \frac{\log(-\tau)}{s}\right), \qquad
              \Phi(s/2) \text{ at } \tau = -1

    Parameters
    ----------
    spread : Tensor
        Any shape: s, the standard deviation of the scores.
    offset : float
        Tau. From zero on nothing is dropped.

    Returns
    -------
    Tensor shaped like `spread`. At a spread of zero every weight is its equal share: one if the
    offset takes it all, at most -1, else zero.

    Raises
    ------
    TypeError
        For a spread that is not floating point.
    ValueError
        For a spread that is negative or not finite, or such an offset.

    Notes
    -----
    Derived here for arXiv:2601.00919: n times a softmax weight tends to :math:`e^{z - s^2/2}`. The
    limit needs n far above :math:`e^{s^2}`.
    """
    if offset >= 0:
        return torch.zeros_like(spread)
    if offset == -1.0:
        return _below(spread / 2).where(spread > 0, 1.0)
    ends = spread / 2 + math.log(-offset) / spread.where(spread > 0, 1.0)
    return _below(ends).where(spread > 0, float(offset < -1))


@checked
def sum_of_weights(spread: Spread, offset: Offset = -1.0) -> Float[Tensor, "*shape"]:
    r"""Sum of a row's elastic weights, in the limit of many normal scores.

    .. math:: \Phi(d) + \tau\, \Phi(d - s), \quad d = \frac{s}{2} - \frac{\log(-\tau)}{s},
              \qquad 2\,\Phi(s/2) - 1 \text{ at } \tau = -1

    It is the price that Black and Scholes give a call: a log-normal number, less what is paid for
    it, where that is worth having.

    Parameters
    ----------
    spread, offset
        As in `share_of_zeros`.

    Returns
    -------
    Tensor shaped like `spread`; :math:`\max(0, 1 + \tau)` where the spread is zero.

    Raises
    ------
    TypeError
        For a spread that is not floating point.
    ValueError
        For a spread that is negative or not finite, or such an offset.

    Notes
    -----
    Derived here for arXiv:2601.00919.
    """
    if offset >= 0:
        return torch.full_like(spread, 1 + offset)
    end = spread / 2 - math.log(-offset) / spread.where(spread > 0, 1.0)
    call = _below(end) + offset * _below(end - spread)
    return call.where(spread > 0, max(0.0, 1 + offset))


def _below(end: Tensor) -> Tensor:
    """The normal distribution function."""
    return torch.special.ndtr(end)
