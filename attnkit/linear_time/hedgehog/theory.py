"""How much of a spike r features can hold: the rank law of rows that see every key."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked

__all__ = ["block_features", "divergence_floor", "partner_bound"]

Count = Annotated[int, Range(1, 2**30)]


@checked
def partner_bound(n_keys: Count, n_features: Count) -> float:
    r"""Return the most that n rows of r features can give their partners in the mean.

    .. math:: \frac1n \sum_i w_{i \pi(i)} \le \min\!\left(1, \frac rn\right)

    for any :math:`\pi` that gives no key to two queries: w with its columns in that order has rank
    r at most and rows that sum to one, so that no more than r of its eigenvalues are not zero, none
    is beyond one, and their sum is the trace.

    Parameters
    ----------
    n_keys, n_features : int
        n and r, from 1 to about a billion.

    Raises
    ------
    ValueError, TypeError
        A number out of range or no integer.

    References
    ----------
    Derived here.
    """
    return min(1.0, n_features / n_keys)


@checked
def divergence_floor(n_keys: Count, n_features: Count) -> float:
    r"""Return the least mean divergence of n rows of r features from n rows of one key each.

    .. math:: \frac1n \sum_i \log \frac{1}{w_{i \pi(i)}} \ge \max\!\left(0, \log \frac nr\right)

    in nats: `partner_bound`, and Jensen's inequality.

    Parameters
    ----------
    n_keys, n_features : int
        n and r, from 1 to about a billion.

    Raises
    ------
    ValueError, TypeError
        A number out of range or no integer.

    References
    ----------
    Derived here.
    """
    return -math.log(partner_bound(n_keys, n_features))


@checked
def block_features(
    n_keys: Annotated[int, Range(1, 2**15)], n_features: Annotated[int, Range(1, 2**15)]
) -> Float[Tensor, "key feature"]:
    r"""Return features, the same for queries and keys, that reach `partner_bound`.

    .. math:: \phi_a(i) = [\, \lfloor i r / n \rfloor = a \,]

    Each token belongs to one of r blocks and reads its block evenly.

    Parameters
    ----------
    n_keys, n_features : int
        n and r, up to 32,768.

    Returns
    -------
    Tensor
        (n_keys, n_features), zeros and ones, in double precision.

    Raises
    ------
    ValueError, TypeError
        A number out of range or no integer.

    References
    ----------
    Derived here.
    """
    blocks = torch.arange(n_keys) * n_features // n_keys
    return (blocks[:, None] == torch.arange(n_features)).double()
