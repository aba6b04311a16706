"""How well one read hears its value: signal, noise and the errors of signs.

n pairs of independent unit keys (dimension d, uniform on the sphere) and zero-mean values are
summed into one state; reading key j returns its value and the cross-talk of the others.
"""

import math
from typing import Annotated

from scipy.special import ndtr

from attnkit.arguments import Range, checked
from attnkit.memory.shared.quantities import Pairs, Width

__all__ = [
    "all_bits_probability",
    "bit_error",
    "cosine",
    "noisy_query_noise",
    "retrieval_snr",
]


@checked
def retrieval_snr(n_pairs: Pairs, d_key: Width) -> float:
    """Return d/(n − 1), signal over noise power of one read; infinite for one pair.

    Two unit keys overlap with mean zero and mean square 1/d. Derived here.

    Parameters
    ----------
    n_pairs : float
        Stored pairs n, whole or not.
    d_key : int
        Key width d.

    Raises
    ------
    ValueError, TypeError
        A number out of its range, or no number.
    """
    return d_key / (n_pairs - 1) if n_pairs > 1 else math.inf


@checked
def cosine(n_pairs: Pairs, d_key: Width) -> float:
    """Return 1/√(1 + (n − 1)/d), the cosine between a read and its target for wide values.

    Derived here.

    Parameters
    ----------
    n_pairs : float
        Stored pairs n.
    d_key : int
        Key width d.

    Raises
    ------
    ValueError, TypeError
        As `retrieval_snr`.
    """
    return (1 + (n_pairs - 1) / d_key) ** -0.5


@checked
def noisy_query_noise(
    n_pairs: Pairs, d_key: Width, query_noise: Annotated[float, Range(0.0, 1e12)]
) -> float:
    """Return (n − 1)/d + s² n/d: relative noise power of a read by a key plus noise of power s².

    Derived here.

    Parameters
    ----------
    n_pairs : float
        Stored pairs n.
    d_key : int
        Key width d.
    query_noise : float
        The power s² of the noise on a unit key.

    Raises
    ------
    ValueError, TypeError
        As `retrieval_snr`.
    """
    return (n_pairs - 1) / d_key + query_noise * n_pairs / d_key


@checked
def bit_error(n_pairs: Pairs, d_key: Width) -> float:
    """Return Φ(−√(d/(n − 1))): how often one of the signs of a ±1 value is read wrongly.

    Zero for one pair. Derived here.

    Parameters
    ----------
    n_pairs : float
        Stored pairs n.
    d_key : int
        Key width d.

    Raises
    ------
    ValueError, TypeError
        As `retrieval_snr`.
    """
    return float(ndtr(-math.sqrt(retrieval_snr(n_pairs, d_key))))


@checked
def all_bits_probability(n_pairs: Pairs, d_key: Width, d_value: Width) -> float:
    """Return (1 − bit error)^(n d_value): the chance that every sign of every value is right.

    Bits are taken as independent; they share keys, so the truth lies a little above.

    Parameters
    ----------
    n_pairs : float
        Stored pairs n.
    d_key : int
        Key width d.
    d_value : int
        Signs in a value.

    Raises
    ------
    ValueError, TypeError
        As `retrieval_snr`.
    """
    return math.exp(n_pairs * d_value * math.log1p(-bit_error(n_pairs, d_key)))
