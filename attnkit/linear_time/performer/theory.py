"""What a random estimate of the exponential kernel costs: its relative variance."""

import math
from typing import Annotated

from attnkit.arguments import Range, checked

__all__ = ["hyperbolic_variance", "positive_variance"]

Square = Annotated[float, Range(0.0, 300.0)]
Count = Annotated[float, Range(1.0, 1e12)]


@checked
def positive_variance(length_squared: Square, n_features: Count) -> float:
    r"""Return the variance of the kernel's estimate over its squared mean, independent directions.

    .. math:: \frac{\operatorname{Var} \phi(q) \cdot \phi(k)}{e^{2 q \cdot k}}
              = \frac{e^{|q + k|^2} - 1}{m}

    It knows of q and k nothing but the length of their sum: an opposite pair costs nothing.

    Parameters
    ----------
    length_squared : float
        :math:`|q + k|^2`, from 0 to 300.
    n_features : float
        m.

    Raises
    ------
    ValueError, TypeError
        A number out of range, or none.

    References
    ----------
    Choromanski et al. 2021, arXiv:2009.14794; derived here.
    """
    return math.expm1(length_squared) / n_features


@checked
def hyperbolic_variance(length_squared: Square, n_features: Count) -> float:
    r"""Return the same for pairs of opposite directions, two features each.

    .. math:: \frac{4 \sinh^2(|q + k|^2 / 2)}{m} = \frac{e^{|q + k|^2} - 1}{m}
              \left(1 - e^{-|q + k|^2}\right)

    Parameters
    ----------
    length_squared : float
        :math:`|q + k|^2`, from 0 to 300.
    n_features : float
        m, twice the number of directions.

    Raises
    ------
    ValueError, TypeError
        A number out of range, or none.

    References
    ----------
    Derived here, for the map of Choromanski et al. 2021, arXiv:2009.14794.
    """
    return -math.expm1(-length_squared) * math.expm1(length_squared) / n_features
