"""Spherical harmonics of one vector: their number, their polynomials, averages over angles."""

import math

import numpy as np

__all__ = ["legendre", "multiplicity", "power_moments", "quadrature"]

N_NODES = 400
# Where the density of an angle has fallen by this factor's exponential, it is left out.
_NEGLIGIBLE = 60.0


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
    """Nodes and probability weights for the inner product of two uniform unit vectors.

    With t = sin u the density is proportional to cos(u)^(d - 2). A Gauss-Legendre rule on each
    side of u = 0, as far as the density reaches, is exact to rounding at every width, and a kink
    of the integrand at t = 0 costs nothing.
    """
    reach = math.acos(math.exp(-_NEGLIGIBLE / (width - 2)))
    nodes, weights = np.polynomial.legendre.leggauss(N_NODES // 2)
    angles = 0.5 * reach * (nodes + 1.0)
    weights = weights * np.cos(angles) ** (width - 2)
    both = np.concatenate([weights[::-1], weights])
    return np.sin(np.concatenate([-angles[::-1], angles])), both / both.sum()


def power_moments(degree: int, width: int, n_powers: int) -> np.ndarray:
    """E[((1 + t)/2)^k P_l(t)] for l = 0..degree and k = 0..n_powers - 1, rows by degree.

    By Rodrigues' formula it is Gamma(d/2)/(4^l Gamma(l + d/2)) k!/(k - l)! times the mean of
    B^(k - l), where B is a Beta variable with both parameters l + (d - 1)/2. A product of positive
    factors, so right to rounding however small; quadrature would lose all digits.
    """
    powers = np.arange(n_powers, dtype=float)
    table = np.zeros((degree + 1, n_powers))
    front = np.ones(n_powers)
    for lower in range(degree + 1):
        half = lower + (width - 1) / 2
        ratios = (half + powers) / (2 * half + powers)
        means = np.concatenate([[1.0], np.cumprod(ratios[: max(n_powers - lower - 1, 0)])])
        table[lower, lower:] = front[lower:] * means[: max(n_powers - lower, 0)]
        front = front * np.maximum(powers - lower, 0.0) / (4.0 * (lower + width / 2))
    return table
