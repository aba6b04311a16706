"""Two things may stay the same as a row of normal scores grows, and each needs its own scale."""

import math
from typing import Annotated

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked

__all__ = ["entropy_keeping_scale", "entropy_share"]

Lengths = Annotated[Float[Tensor, "*shape"], Range(2.0, 1e12)]
Trained = Annotated[int, Range(2, 10**12)]
Spread = Annotated[float, Range(1e-3, 1e3)]


@checked
def entropy_share(
    n_keys: Lengths, scale: Annotated[Float[Tensor, "*shape"], Range(0.0, 1e6)], spread: Spread
) -> Float[Tensor, "*shape"]:
    r"""Entropy over log n of a softmax of normal scores, at this scale, by the law of dispersion.

    .. math:: \frac{H}{\log n} \approx 1 - \frac{(s \sigma)^2}{2 \log n}

    Good while :math:`s\sigma` is well below :math:`\sqrt{2 \log n}`; zero from there on, where the
    best few keys take all.

    Parameters
    ----------
    n_keys, scale : Tensor
        Lengths from 2 and scales s from 0, of one shape.
    spread : float
        The standard deviation of the scores before they are scaled, from 0.001.

    Returns
    -------
    Tensor of their shape.

    Raises
    ------
    TypeError, ValueError
        For lengths or scales that are not floating point or out of range, or another shape.

    Notes
    -----
    Derived here: the partition function is near its mean, and the entropy near log n - s²σ²/2.
    """
    return (1 - (scale * spread).square() / (2 * n_keys.log())).clamp_min(0)


@checked
def entropy_keeping_scale(
    n_keys: Lengths, n_train: Trained, spread: Spread
) -> Float[Tensor, "*shape"]:
    r"""The scale at which normal scores keep the entropy itself that they had in training.

    .. math:: s = \sqrt{1 + \frac{2 \log(n / n_\text{train})}{\sigma^2}}

    It depends on the spread, as the scale that keeps H / log n does not. Zero where a short row
    cannot reach the entropy of a long one.

    Parameters
    ----------
    n_keys : Tensor
        Lengths from 2, of any shape.
    n_train : int
        The length at which the scale is one.
    spread : float
        The standard deviation of the scores, from 0.001.

    Returns
    -------
    Tensor shaped like `n_keys`.

    Raises
    ------
    TypeError, ValueError
        For lengths that are not floating point or out of range, or a spread out of range.

    Notes
    -----
    Derived here, by the law of dispersion: log n - s²σ²/2 is to be the same at both lengths.
    """
    grown = n_keys.log() - math.log(n_train)
    return (1 + 2 * grown / spread**2).clamp_min(0).sqrt()
