"""How many numbers a Taylor order keeps, and from which length on the keys themselves are more."""

import math
from typing import Annotated

from attnkit.arguments import Range, checked

__all__ = ["MOST_FEATURES", "MOST_ORDER", "Order", "break_even_length", "taylor_state_size"]

MOST_ORDER = 64
MOST_FEATURES = 2**20

Order = Annotated[int, Range(0, MOST_ORDER)]
Width = Annotated[int, Range(1, 1_000_000)]


@checked
def taylor_state_size(d_key: Width, order: Order) -> int:
    r"""Count the features of all powers of a score up to an order.

    .. math:: \binom{d + p}{p} = 1 + d + \frac{d (d + 1)}{2} + \dots

    Parameters
    ----------
    d_key : int
        d, the width of queries and keys.
    order : int
        p.

    Returns
    -------
    int
        Monomials of d variables of degree p at most.

    Raises
    ------
    ValueError, TypeError
        A number out of range or of another kind.

    References
    ----------
    Counted here: a multiset of at most p of d coordinates.
    """
    return math.comb(d_key + order, order)


@checked
def break_even_length(d_key: Width, d_value: Width, order: Order) -> float:
    r"""Return the length from which on a Taylor order keeps less than all keys and values are.

    .. math:: n = \frac{d_v + 1}{d_k + d_v} \binom{d_k + p}{p}

    Parameters
    ----------
    d_key, d_value : int
        Widths of keys and of values.
    order : int
        p.

    Returns
    -------
    float
        Tokens. A shorter row is cheaper to keep as it is, and exact.

    Raises
    ------
    ValueError, TypeError
        A number out of range or of another kind.

    References
    ----------
    Derived here.
    """
    return taylor_state_size(d_key, order) * (d_value + 1) / (d_key + d_value)
