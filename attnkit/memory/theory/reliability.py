"""How errors pass through layers and heads, and what cleaning up between layers buys.

A chain of Hebbian layers hands item i from code to code. In terms of items, a layer multiplies
the vector of item strengths by the Gram matrix of its keys, the identity plus overlaps of mean
square 1/d; independent heads that are averaged make it 1/(H d).
"""

import math

import numpy as np
from scipy.special import ndtr
from scipy.stats import binom

__all__ = [
    "average_bit_error",
    "chain_noise",
    "cleaned_accuracy",
    "correlated_heads_noise",
    "hoeffding_vote_bound",
    "usable_depth",
    "vote_bit_error",
]


def chain_noise(n_pairs: float, d_key: int, *, depth: float = 1, n_heads: float = 1) -> float:
    """Return (1 + (n − 1)/(H d))^L − 1, the relative noise power after L layers.

    Errors lie in the span of the stored codes, where the next layer repeats them at full strength,
    so they compound. Exact when every layer has its own codes. Derived here.
    """
    return (1 + (n_pairs - 1) / (n_heads * d_key)) ** depth - 1


def usable_depth(n_pairs: float, d_key: int, tolerance: float, *, n_heads: float = 1) -> float:
    """Return ln(1 + ε²)/ln(1 + (n − 1)/(H d)): the layers until the error is ε of the value.

    About ε² H d/n: depth times pairs is what the total width pays for.
    """
    per_layer = math.log1p((n_pairs - 1) / (n_heads * d_key))
    return math.log1p(tolerance**2) / per_layer if per_layer else math.inf


def average_bit_error(n_pairs: float, d_key: int, *, n_heads: float = 1) -> float:
    """Return Φ(−√(H d/(n − 1))): one sign read from the average of H heads."""
    return float(ndtr(-math.sqrt(n_heads * d_key / (n_pairs - 1))))


def vote_bit_error(n_pairs: float, d_key: int, *, n_heads: int = 1) -> float:
    """Return the error of a majority of H heads, ties broken by a coin."""
    wrong = binom(n_heads, average_bit_error(n_pairs, d_key))
    tie = wrong.pmf(n_heads // 2) / 2 if n_heads % 2 == 0 else 0.0
    return float(wrong.sf(n_heads // 2) + tie)


def hoeffding_vote_bound(n_pairs: float, d_key: int, *, n_heads: int = 1) -> float:
    """Return exp(−2 H (1/2 − p)²), above the error of a majority of heads (Hoeffding 1963)."""
    error = average_bit_error(n_pairs, d_key)
    return math.exp(-2 * n_heads * (0.5 - error) ** 2)


def correlated_heads_noise(n_heads: float, correlation: float) -> float:
    """Return (1 + (H − 1) ρ)/H: the noise of an average of heads whose noises correlate by ρ."""
    return (1 + (n_heads - 1) * correlation) / n_heads


def cleaned_accuracy(n_pairs: int, d_key: int, *, depth: float = 1) -> float:
    r"""Return the chance that the item is still right after L layers with a clean-up after each.

    The clean-up keeps the item whose code fits best. Given the cross-talk :math:`z \sigma` of the
    other items on the right code, :math:`\sigma^2 = (n-2)/d^2`, a rival whose key overlaps by c and
    whose code by g wins with probability
    :math:`\Phi(-\sqrt{(1-g)/(1+g)}\,(1 - c + z\sigma)/\sigma)`. Rivals are then taken as
    independent; the means over c, g and the normal z are by quadrature. Derived here.
    """
    if n_pairs < 3:
        return 1.0
    overlap = np.linspace(-1, 1, 103)[1:-1]
    weight = (1 - overlap**2) ** ((d_key - 3) / 2)
    weight /= weight.sum()
    nodes, masses = np.polynomial.hermite_e.hermegauss(21)
    spread = np.sqrt(n_pairs - 2) / d_key
    resistance = np.sqrt((1 - overlap) / (1 + overlap))
    lead = (1 - overlap[:, None]) / spread + nodes
    loses = ndtr(-lead[..., None] * resistance)
    error = np.einsum("c,cng,g->n", weight, loses, weight)
    return float(masses @ (1 - error) ** (n_pairs - 1) / masses.sum()) ** depth
