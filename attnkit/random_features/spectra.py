"""Exact spectra on the sphere: kernels of (<q,q'>, <k,k'>) in spherical harmonics.

On the unit sphere in R^d let G_l(x, y) = D_l P_l(<x, y>) be the reproducing kernel of the D_l
harmonics of degree l, P_l the Gegenbauer polynomial with P_l(1) = 1. A pair kernel expands as
kappa(s, t) = sum_lm a_lm G_l(s) G_m(t), and the kernel averaged over N independent keys,
K = 1/N^2 sum_ij kappa(<q,q'>, <k_i,k'_j>), has the eigenfunctions Y_l(q) and
N^(-1/2) sum_i Y_l(q) Y_m(k_i), with eigenvalues a_l0 and a_lm / N (m >= 1). Derived here.

The arc-cosine kernel is a power series with positive coefficients, and so are these kernels in
u = (1 + s)/2 and v = (1 + t)/2; a_lm is summed term by term, with no cancellation at any width.
After K powers the rest is K^(-d - 1/2) times a series in 1/K, which Richardson's extrapolation
removes: it matters at small widths only.
"""

import math
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Annotated, NamedTuple

import numpy as np
from scipy.special import gammaln

from attnkit.arguments import Range, checked
from attnkit.random_features.harmonics import multiplicity, power_moments, quadrature

__all__ = ["Spectrum", "attention_spectrum", "deep_sets_spectrum"]

Width = Annotated[int, Range(3, 10**6)]
Keys = Annotated[int, Range(1, 10**9)]
Degree = Annotated[int, Range(0, 16)]
N_POWERS, N_TOTAL = 4096, 1024


class Spectrum(NamedTuple):
    """Eigenvalues by (query degree, key degree), their multiplicities, and the trace left out.

    Both arrays have one shape; (mode,) where modes have no degrees. The constant function (degrees
    0, 0) has multiplicity 0: the intercept takes it.
    """

    eigenvalues: np.ndarray
    multiplicities: np.ndarray
    tail: float


@checked
def attention_spectrum(
    *,
    width: Width,
    n_keys: Keys,
    degree: Degree = 8,
    spread: Annotated[float, Range(0, 1e6)] = 0.5,
) -> Spectrum:
    """Spectrum of infinitely many unbiased random ReLU heads on uniform unit tokens.

    With a constant appended every token has length sqrt(2), so the pair kernel is
    kappa = (1 + t) (2 spread)^2 arccosine((1 + s)/2 · (1 + t)/2).

    Parameters
    ----------
    width : int
        d, from 3 to 1,000,000.
    n_keys : int
        N, at most 1,000,000,000.
    degree : int
        Largest degree of either kind, at most 16.
    spread : float
        As in `RandomFeatureAttention`, at most 1e6.

    Returns
    -------
    Spectrum
        Eigenvalues and multiplicities (degree + 1, degree + 1), and the tail.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, naming the argument.
    """
    size = (2.0 * spread) ** 2
    moments = power_moments(degree, width, N_POWERS + 1)
    weighted = 2.0 * size * moments[:, :-1] * _coefficients(N_POWERS)
    table = _limit(lambda n: weighted[:, :n] @ moments[:, 1 : n + 1].T, N_POWERS, width)
    nodes, weights = quadrature(width)
    strangers = float(weights @ ((1.0 + nodes) * size * _arc_cosine((1.0 + nodes) / 2.0)))
    return _spectrum(table, (size, strangers), width=width, n_keys=n_keys)


@checked
def deep_sets_spectrum(*, width: Width, n_keys: Keys, degree: Degree = 8) -> Spectrum:
    """Spectrum of infinitely many random deep-sets units: kappa = 4 arccosine((2 + s + t)/4).

    Parameters
    ----------
    width, n_keys, degree : int
        As in `attention_spectrum`.

    Returns
    -------
    Spectrum
        Eigenvalues and multiplicities (degree + 1, degree + 1), and the tail.

    Raises
    ------
    TypeError, ValueError
        For numbers out of their ranges, naming the argument.
    """
    moments = power_moments(degree, width, N_TOTAL)
    table = _limit(lambda n: 4.0 * moments @ _coefficients_of_mean(n) @ moments.T, N_TOTAL, width)
    nodes, weights = quadrature(width)
    strangers = float(weights @ (4.0 * _arc_cosine((3.0 + nodes) / 4.0)))
    return _spectrum(table, (2.0, strangers), width=width, n_keys=n_keys)


def _limit(partial: Callable[[int], np.ndarray], n_powers: int, width: int) -> np.ndarray:
    """The limit of partial sums, from those of n, n/2, n/4 and n/8 powers."""
    sums = [partial(n_powers // 2**halvings) for halvings in range(4)]
    for order in range(3):
        growth = np.exp2(min(width, 512) + 0.5 + order)
        sums = [more + (more - fewer) / (growth - 1.0) for more, fewer in pairwise(sums)]
    return sums[0]


def _spectrum(table: np.ndarray, ends: tuple[float, float], *, width: int, n_keys: int) -> Spectrum:
    """The averaged kernel's, from a_lm and the kernel's means for the same and for two queries."""
    share = np.full(len(table), 1.0 / n_keys)
    share[0] = 1.0
    counts = np.array([multiplicity(level, width) for level in range(len(table))], dtype=float)
    eigenvalues, multiplicities = table * share, np.outer(counts, counts)
    own, strangers = ends
    trace = own / n_keys + (1.0 - 1.0 / n_keys) * strangers
    tail = max(trace - (eigenvalues * multiplicities).sum(), 0.0)
    multiplicities[0, 0] = 0.0
    return Spectrum(eigenvalues, multiplicities, tail)


def _arc_cosine(cosine: np.ndarray) -> np.ndarray:
    angle = np.arccos(np.clip(cosine, -1.0, 1.0))
    return (np.sin(angle) + (np.pi - angle) * cosine) / (2.0 * np.pi)


@cache
def _coefficients(n_powers: int) -> np.ndarray:
    """Of the arc-cosine kernel's power series: 1/(2 pi), 1/4, and those of the arc sine's integral.

    c_{2n+2} = binom(2n, n) / (4^n (2n + 1) (2n + 2) 2 pi), every other one zero.
    """
    found = np.zeros(n_powers)
    found[:2] = 1.0 / (2.0 * math.pi), 0.25
    n = np.arange((n_powers - 1) // 2, dtype=float)
    central = np.concatenate([[1.0], np.cumprod((2.0 * n[1:] - 1.0) / (2.0 * n[1:]))])
    found[2 : 2 * len(n) + 1 : 2] = central / ((2.0 * n + 1.0) * (2.0 * n + 2.0) * 2.0 * math.pi)
    return found


@cache
def _coefficients_of_mean(n_powers: int) -> np.ndarray:
    """Of u^i v^j in arccosine((u + v)/2) for i + j < n_powers."""
    i = np.arange(N_TOTAL)
    total = i[:, None] + i
    chosen = gammaln(total + 1.0) - gammaln(i + 1.0)[:, None] - gammaln(i + 1.0)
    coefficients = _coefficients(N_TOTAL)[np.minimum(total, N_TOTAL - 1)]
    return np.where(total < n_powers, coefficients, 0.0) * np.exp(chosen - total * math.log(2.0))
