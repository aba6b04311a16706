"""Exact spectra on the sphere: kernels of (<q,q'>, <k,k'>) in spherical harmonics.

On the unit sphere in R^d let G_l(x, y) = D_l P_l(<x, y>) be the reproducing kernel of the D_l
harmonics of degree l, P_l the Gegenbauer polynomial with P_l(1) = 1. A pair kernel expands as
kappa(s, t) = sum_lm a_lm G_l(s) G_m(t), and the kernel averaged over N independent keys,
K = 1/N^2 sum_ij kappa(<q,q'>, <k_i,k'_j>), has the eigenfunctions Y_l(q) and
N^(-1/2) sum_i Y_l(q) Y_m(k_i), with eigenvalues a_l0 and a_lm / N (m >= 1). Derived here.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import roots_gegenbauer

__all__ = [
    "Spectrum",
    "attention_spectrum",
    "deep_sets_spectrum",
    "legendre",
    "multiplicity",
    "quadrature",
    "spectrum",
]

N_NODES = 400


class Spectrum(NamedTuple):
    """Eigenvalues by (query degree, key degree), their multiplicities, and the trace left out.

    The constant function (degrees 0, 0) has multiplicity 0: the intercept takes it.
    """

    eigenvalues: np.ndarray
    multiplicities: np.ndarray
    tail: float


def multiplicity(degree: int, width: int) -> int:
    """Number of spherical harmonics of a degree on the unit sphere in R^width (width >= 3)."""
    if width < 3:
        raise ValueError(f"width must be at least 3, got {width}")
    if degree < 2:
        return (1, width)[degree]
    return math.comb(degree + width - 1, degree) - math.comb(degree + width - 3, degree - 2)


def legendre(degree: int, width: int, cosine: np.ndarray) -> np.ndarray:
    """P_l(t) for l = 0..degree, rows by degree: Gegenbauer polynomials with P_l(1) = 1.

    (l + d - 2) P_{l+1} = (2 l + d - 2) t P_l - l P_{l-1}
    """
    rows = [np.ones_like(cosine), np.asarray(cosine, dtype=float)]
    for lower in range(1, degree):
        top = (2 * lower + width - 2) * cosine * rows[-1] - lower * rows[-2]
        rows.append(top / (lower + width - 2))
    return np.stack(rows[: degree + 1])


def quadrature(width: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and probability weights for the inner product of two uniform unit vectors."""
    nodes, weights = roots_gegenbauer(N_NODES, (width - 2) / 2)
    return nodes, weights / weights.sum()


def spectrum(kernel: Callable, *, width: int, n_keys: int, degree: int) -> Spectrum:
    """Eigenvalues of the averaged kernel up to a degree in query and key.

    a_lm = E_s E_t[kappa(s, t) P_l(s) P_m(t)] over the inner products of independent unit vectors.

    Parameters
    ----------
    kernel : callable
        kappa(query_cosine, key_cosine), vectorised over numpy arrays.
    width : int
        Length d of every vector.
    n_keys : int
        Number N of keys.
    degree : int
        Largest degree of either kind.
    """
    nodes, weights = quadrature(width)
    weighted = legendre(degree, width, nodes) * weights
    table = weighted @ kernel(nodes[:, None], nodes[None, :]) @ weighted.T
    share = np.full(degree + 1, 1.0 / n_keys)
    share[0] = 1.0
    counts = np.array([multiplicity(level, width) for level in range(degree + 1)], dtype=float)
    eigenvalues = np.clip(table * share, 0.0, None)
    multiplicities = np.outer(counts, counts)
    own, strangers = float(kernel(1.0, 1.0)), float(weights @ kernel(1.0, nodes))
    trace = own / n_keys + (1.0 - 1.0 / n_keys) * strangers
    tail = max(trace - (eigenvalues * multiplicities).sum(), 0.0)
    multiplicities[0, 0] = 0.0
    return Spectrum(eigenvalues, multiplicities, tail)


def _arc_cosine(cosine):
    cosine = np.clip(cosine, -1.0, 1.0)
    angle = np.arccos(cosine)
    return (np.sin(angle) + (np.pi - angle) * cosine) / (2.0 * np.pi)


def attention_spectrum(
    *, width: int, n_keys: int, degree: int = 8, spread: float = 0.5
) -> Spectrum:
    """Spectrum of infinitely many unbiased random ReLU heads on uniform unit tokens.

    With a constant appended every token has length sqrt(2), so the pair kernel is
    kappa = (1 + t) (2 spread)^2 arccosine((1 + s)/2 · (1 + t)/2).
    """

    def kernel(query_cosine, key_cosine):
        cosine = (1.0 + query_cosine) * (1.0 + key_cosine) / 4.0
        return (1.0 + key_cosine) * (2.0 * spread) ** 2 * _arc_cosine(cosine)

    return spectrum(kernel, width=width, n_keys=n_keys, degree=degree)


def deep_sets_spectrum(*, width: int, n_keys: int, degree: int = 8) -> Spectrum:
    """Spectrum of infinitely many random deep-sets units: kappa = 4 arccosine((2 + s + t)/4)."""

    def kernel(query_cosine, key_cosine):
        return 4.0 * _arc_cosine((2.0 + query_cosine + key_cosine) / 4.0)

    return spectrum(kernel, width=width, n_keys=n_keys, degree=degree)
