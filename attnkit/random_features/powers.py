"""How the variance of a target is spread over the spherical harmonics of query and key."""

from collections.abc import Callable
from typing import Annotated, NamedTuple

import numpy as np

from attnkit.arguments import Range, checked
from attnkit.random_features.harmonics import legendre, multiplicity, quadrature

__all__ = ["Power", "key_power", "match_power", "tilted_match_power"]

DEGREE = 8
Width = Annotated[int, Range(3, 10**6)]
Keys = Annotated[int, Range(1, 10**9)]


class Power(NamedTuple):
    """Share of a target's variance by degrees, the share left out, and the variance.

    `shares` is (query degree, key degree), from 0 up, or (mode,) where modes have no degrees.
    """

    shares: np.ndarray
    rest: float
    variance: float


def _coefficients(function: Callable, width: int) -> tuple[np.ndarray, float]:
    """E[f P_l] for l = 0..DEGREE, and E[f^2], over the inner product of unit vectors."""
    nodes, weights = quadrature(width)
    values = _values(function, nodes)
    return legendre(DEGREE, width, nodes) @ (weights * values), float(weights @ values**2)


def _values(function: Callable, nodes: np.ndarray) -> np.ndarray:
    values = np.asarray(function(nodes))
    if values.shape != nodes.shape or not np.issubdtype(values.dtype, np.number):
        raise ValueError(
            f"function must map an array of {len(nodes)} numbers to as many, got {values.shape}"
        )
    if not np.isfinite(values).all():
        raise ValueError("function must be finite between -1 and 1, got infinity or NaN")
    return values


def _counts(width: int) -> np.ndarray:
    return np.array([multiplicity(level, width) for level in range(DEGREE + 1)], dtype=float)


def _normalised(powers: np.ndarray, second_moment: float, n_keys: int) -> Power:
    """Average over N independent keys: key degree 0 keeps its power, the others lose 1/N."""
    left = max(second_moment - powers.sum(), 0.0) / n_keys
    powers = powers / n_keys
    powers[:, 0] *= n_keys
    powers[0, 0] = 0.0
    variance = powers.sum() + left
    if not 1e-30 * second_moment < variance < np.inf:
        raise ValueError(
            f"function must vary between -1 and 1 and be moderate, got {second_moment}"
        )
    return Power(powers / variance, left / variance, variance)


@checked
def key_power(function: Callable, *, width: Width, n_keys: Keys) -> Power:
    """Power of (1/N) sum_i g(<beta, k_i>): D_m E[g P_m]^2 at key degree m. Derived here.

    Parameters
    ----------
    function : callable
        g of a numpy array of inner products of unit vectors; must vary.
    width, n_keys : int
        d, from 3 to 1,000,000, and N, at most 1,000,000,000.

    Returns
    -------
    Power
        Shares (9, 9) by query and key degree, the share left out, and the variance.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges, and a function that is constant or not finite.
    """
    coefficients, second_moment = _coefficients(function, width)
    powers = np.zeros((DEGREE + 1, DEGREE + 1))
    powers[0] = _counts(width) * coefficients**2
    return _normalised(powers, second_moment, n_keys)


@checked
def match_power(function: Callable, *, width: Width, n_keys: Keys) -> Power:
    """Power of (1/N) sum_i f(<q, k_i>): D_l E[f P_l]^2 at equal degrees (l, l). Derived here.

    Parameters and errors are those of `key_power`.
    """
    coefficients, second_moment = _coefficients(function, width)
    powers = np.diag(_counts(width) * coefficients**2)
    return _normalised(powers, second_moment, n_keys)


@checked
def tilted_match_power(function: Callable, *, width: Width, n_keys: Keys) -> Power:
    """Power of (1/N) sum_i f(<q, k_i>) <beta, k_i> for a unit vector beta. Derived here.

    Multiplying a key harmonic of degree l by a coordinate sends it to l + 1 and l - 1. Summed
    over the D_l harmonics the upward power is T_l, the downward one T_{l-1}, and
    T_l + T_{l-1} = D_l / d. Parameters and errors are those of `key_power`.
    """
    coefficients, _ = _coefficients(function, width)
    nodes, weights = quadrature(width)
    second_moment = float(weights @ function(nodes) ** 2) / width
    powers = np.zeros((DEGREE + 1, DEGREE + 1))
    below = 0.0
    for level in range(DEGREE + 1):
        above = multiplicity(level, width) / width - below
        if level < DEGREE:
            powers[level, level + 1] = coefficients[level] ** 2 * above
        if level > 0:
            powers[level, level - 1] = coefficients[level] ** 2 * below
        below = above
    return _normalised(powers, second_moment, n_keys)
