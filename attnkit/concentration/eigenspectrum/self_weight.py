"""What a spectrum makes of the scores of independent tokens, and so of the weight on oneself."""

import math
from typing import Annotated

import numpy as np

from attnkit.arguments import Range, checked

__all__ = ["self_weight"]

# Gauss-Hermite for a standard normal variable; 64 points suffice for 1e-6 below a scale of two.
POINTS, MASSES = np.polynomial.hermite_e.hermegauss(64)
MASSES = MASSES / MASSES.sum()


@checked
def self_weight(
    trace: Annotated[float, Range(-1e3, 1e3)],
    spread: Annotated[float, Range(0.0, 1e3)],
    *,
    width: Annotated[int, Range(2, 1_000_000)],
    n_keys: Annotated[int, Range(2, 1_000_000_000)],
) -> float:
    r"""Weight that a token gives itself, in the mean over normal tokens, for a moderate scale.

    .. math:: \mathrm E\, \sigma\!\left(t - \log(n - 1) - \tfrac{s^2}2 + \sqrt 2\, s\, \xi\right),
        \qquad s^2 = \operatorname{tr} W^2 = d v^2 + t^2 / d

    Let tokens be independent, standard normal, with W symmetric. A token's score with itself then
    has mean t and variance 2 s², with a stranger mean zero and variance s². The law takes both as
    normal and independent, and the sum over strangers by its mean, as is right for many of them and
    a small s.

    Parameters
    ----------
    trace, spread : float
        t and v, the sum and the standard deviation of the d eigenvalues.
    width, n_keys : int
        d and n, both from 2.

    Returns
    -------
    float between zero and one.

    Raises
    ------
    TypeError, ValueError
        For numbers that are not finite, a negative spread, counts below two.

    Notes
    -----
    Derived here, for the setting of Bao et al. 2024.
    """
    scale = math.sqrt(width * spread**2 + trace**2 / width)
    margins = trace - math.log(n_keys - 1) - scale**2 / 2 + math.sqrt(2) * scale * POINTS
    return float(MASSES @ (1 + np.tanh(margins / 2)) / 2)
