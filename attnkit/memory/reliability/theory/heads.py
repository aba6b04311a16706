"""What several heads buy: their average, their vote, and what their agreement costs."""

import math
from typing import Annotated

from scipy.special import ndtr

from attnkit.arguments import Range, checked
from attnkit.memory.shared.quantities import HeadCount, Pairs, WholeHeads, Width

__all__ = [
    "average_bit_error",
    "correlated_heads_noise",
    "hoeffding_vote_bound",
    "vote_bit_error",
]


@checked
def average_bit_error(n_pairs: Pairs, d_key: Width, *, n_heads: HeadCount = 1) -> float:
    """Return Φ(−√(H d/(n − 1))): one sign read from the average of H heads; zero for one pair.

    Derived here.

    Parameters
    ----------
    n_pairs : float
        Stored pairs n.
    d_key : int
        Key width d of a head.
    n_heads : float
        Heads H that are averaged.

    Raises
    ------
    ValueError, TypeError
        As `chain_noise`.
    """
    ratio = n_heads * d_key / (n_pairs - 1) if n_pairs > 1 else math.inf
    return float(ndtr(-math.sqrt(ratio)))


@checked
def vote_bit_error(n_pairs: Pairs, d_key: Width, *, n_heads: WholeHeads = 1) -> float:
    """Return the error of a majority of H heads, ties broken by a coin; zero for one pair.

    The upper tail of a binomial of H heads that err independently. Derived here.

    Parameters
    ----------
    n_pairs : float
        Stored pairs.
    d_key : int
        Key width of a head.
    n_heads : int
        Heads H that vote.

    Raises
    ------
    ValueError, TypeError
        As `chain_noise`.
    """
    from scipy.stats import binom  # takes longer to import than all of attnkit

    wrong = binom(n_heads, average_bit_error(n_pairs, d_key))
    tie = wrong.pmf(n_heads // 2) / 2 if n_heads % 2 == 0 else 0.0
    return float(wrong.sf(n_heads // 2) + tie)


@checked
def hoeffding_vote_bound(n_pairs: Pairs, d_key: Width, *, n_heads: WholeHeads = 1) -> float:
    """Return exp(−2 H (1/2 − p)²), above the error of a majority of heads that err with chance p.

    Parameters
    ----------
    n_pairs : float
        Stored pairs.
    d_key : int
        Key width of a head.
    n_heads : int
        Heads H that vote.

    Raises
    ------
    ValueError, TypeError
        As `chain_noise`.

    References
    ----------
    Hoeffding 1963, "Probability inequalities for sums of bounded random variables", theorem 1.
    """
    error = average_bit_error(n_pairs, d_key)
    return math.exp(-2 * n_heads * (0.5 - error) ** 2)


@checked
def correlated_heads_noise(
    n_heads: HeadCount, correlation: Annotated[float, Range(-1.0, 1.0)]
) -> float:
    """Return (1 + (H − 1) ρ)/H: the noise of an average of heads whose noises correlate by ρ.

    Parameters
    ----------
    n_heads : float
        Heads H.
    correlation : float
        ρ, not below −1/(H − 1): so many noises cannot all disagree more.

    Raises
    ------
    ValueError
        A number out of its range, and a correlation that H noises cannot have.
    TypeError
        No number.
    """
    noise = (1 + (n_heads - 1) * correlation) / n_heads
    if noise < 0:
        least = -1 / (n_heads - 1)
        raise ValueError(f"correlation must be at least {least:.4g}, got {correlation}")
    return noise
