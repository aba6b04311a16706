"""How errors pass through layers and heads, and what cleaning up between layers buys.

A chain of Hebbian layers hands item i from code to code. In terms of items, a layer multiplies
the vector of item strengths by the Gram matrix of its keys, the identity plus overlaps of mean
square 1/d; independent heads that are averaged make it 1/(H d).
"""

import math
from typing import Annotated

import numpy as np
from scipy.special import ndtr
from scipy.stats import binom

from attnkit.arguments import Range, checked
from attnkit.memory.theory.quantities import MOST, Depth, Heads, Pairs, Tolerance, WholeHeads, Width

__all__ = [
    "average_bit_error",
    "chain_noise",
    "cleaned_accuracy",
    "correlated_heads_noise",
    "hoeffding_vote_bound",
    "usable_depth",
    "vote_bit_error",
]

_LOG_LARGEST = 700.0  # e^700 is near the largest double


@checked
def chain_noise(n_pairs: Pairs, d_key: Width, *, depth: Depth = 1, n_heads: Heads = 1) -> float:
    """Return (1 + (n − 1)/(H d))^L − 1, the relative noise power after L layers.

    Errors lie in the span of the stored codes, where the next layer repeats them at full strength,
    so they compound. Exact when every layer has its own codes. Derived here.

    Parameters
    ----------
    n_pairs : float
        Stored pairs n.
    d_key : int
        Key width d of a head.
    depth : float
        Layers L.
    n_heads : float
        Heads H that are averaged.

    Raises
    ------
    ValueError
        A number out of its range, and a depth at which the noise is beyond every number.
    TypeError
        No number.
    """
    per_layer = math.log1p((n_pairs - 1) / (n_heads * d_key))
    if depth * per_layer > _LOG_LARGEST:
        raise ValueError(
            f"depth must be at most {_LOG_LARGEST / per_layer:.4g} for {n_pairs:g} pairs of width "
            f"{d_key}, where the noise leaves the range of numbers, got {depth}"
        )
    return math.expm1(depth * per_layer)


@checked
def usable_depth(
    n_pairs: Pairs, d_key: Width, tolerance: Tolerance, *, n_heads: Heads = 1
) -> float:
    """Return ln(1 + ε²)/ln(1 + (n − 1)/(H d)): the layers until the error is ε of the value.

    About ε² H d/n: depth times pairs is what the total width pays for. Infinite for one pair.
    Derived here.

    Parameters
    ----------
    n_pairs : float
        Stored pairs n.
    d_key : int
        Key width d of a head.
    tolerance : float
        The allowed error ε over the size of a value.
    n_heads : float
        Heads H that are averaged.

    Raises
    ------
    ValueError, TypeError
        As `chain_noise`.
    """
    per_layer = math.log1p((n_pairs - 1) / (n_heads * d_key))
    return math.log1p(tolerance**2) / per_layer if per_layer else math.inf


@checked
def average_bit_error(n_pairs: Pairs, d_key: Width, *, n_heads: Heads = 1) -> float:
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
    n_heads: Heads, correlation: Annotated[float, Range(-1.0, 1.0)]
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


@checked
def cleaned_accuracy(
    n_pairs: Annotated[int, Range(1, MOST)],
    d_key: Annotated[int, Range(2, MOST)],
    *,
    depth: Depth = 1,
) -> float:
    r"""Return the chance that the item is still right after L layers with a clean-up after each.

    The clean-up keeps the item whose code fits best. Given the cross-talk :math:`z \sigma` of the
    other items on the right code, :math:`\sigma^2 = (n-2)/d^2`, a rival whose key overlaps by c and
    whose code by g wins with probability
    :math:`\Phi(-\sqrt{(1-g)/(1+g)}\,(1 - c + z\sigma)/\sigma)`. Rivals are then taken as
    independent; the means over c, g and the normal z are by quadrature. One for fewer than three
    pairs. Derived here.

    Parameters
    ----------
    n_pairs : int
        Stored pairs n.
    d_key : int
        Key width d, at least two.
    depth : float
        Layers L.

    Raises
    ------
    ValueError, TypeError
        As `chain_noise`.
    """
    if n_pairs < 3:
        return 1.0
    overlap, weight = _overlaps(d_key)
    nodes, masses = np.polynomial.hermite_e.hermegauss(21)
    spread = np.sqrt(n_pairs - 2) / d_key
    resistance = np.sqrt((1 - overlap) / (1 + overlap))
    lead = (1 - overlap[:, None]) / spread + nodes
    loses = ndtr(-lead[..., None] * resistance)
    error = np.einsum("c,cng,g->n", weight, loses, weight)
    return float(masses @ (1 - error) ** (n_pairs - 1) / masses.sum()) ** depth


def _overlaps(d_key: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights for the overlap of two unit keys, closer together where keys are wide."""
    overlap = np.linspace(-1, 1, 103)[1:-1] * min(1.0, 10 / math.sqrt(d_key))
    logarithm = (d_key - 3) / 2 * np.log1p(-(overlap**2))
    weight = np.exp(logarithm - logarithm.max())
    return overlap, weight / weight.sum()
