"""What two like queries cost that are to look sharply and broadly, with a temperature and without.

Two queries of length one and cosine rho are to have the logits b1 z and b2 z over the same keys.
All norms are Frobenius norms of everything that is learned.
"""

import math
from typing import Annotated

from attnkit.arguments import Range, checked

__all__ = ["norm_with_free_temperatures", "norm_with_read_temperatures", "plain_norm"]

Cosine = Annotated[float, Range(-1.0, 1.0, open=True)]
Sharpness = Annotated[float, Range(0.0, 1e6)]


@checked
def plain_norm(cosine: Cosine, first: Sharpness, second: Sharpness) -> float:
    r"""The least norm of one matrix that does it, without temperatures.

    .. math:: \sqrt{\frac{b_1^2 + b_2^2 - 2 \rho b_1 b_2}{1 - \rho^2}}

    Notes
    -----
    Derived here: the least norm of a linear map with two values given is :math:`b^\top G^{-1} b`,
    where G holds the queries' inner products. It grows without end as the queries come together.
    """
    square = (first - second) ** 2 + 2 * (1 - cosine) * first * second
    return math.sqrt(square / ((1 - cosine) * (1 + cosine)))


@checked
def norm_with_free_temperatures(cosine: Cosine, first: Sharpness, second: Sharpness) -> float:
    r"""Norm that suffices if each query has a number of its own, which counts as learned.

    .. math:: \left(\frac{8 (b_1^2 + b_2^2)}{1 + \rho}\right)^{1/4}

    Notes
    -----
    Derived here: a matrix that gives both queries the logits c z has the squared norm
    :math:`2c^2/(1 + \rho)`, the temperatures b/c add :math:`(b_1^2 + b_2^2)/c^2`, and c is chosen
    best. It is bounded as the queries come together.
    """
    return (8 * (first**2 + second**2) / (1 + cosine)) ** 0.25


@checked
def norm_with_read_temperatures(cosine: Cosine, first: Sharpness, second: Sharpness) -> float:
    r"""Norm that suffices if the temperature is a linear function of the query.

    .. math:: \sqrt{2\, \frac{b_1 + b_2 - 2 \rho \sqrt{b_1 b_2}}{1 - \rho^2}}

    Notes
    -----
    Derived here: the matrix and the temperature each take the root of the sharpness, and each
    costs `plain_norm` of the roots. It grows without end again, from a smaller start.
    """
    return math.sqrt(2) * plain_norm(cosine, math.sqrt(first), math.sqrt(second))
