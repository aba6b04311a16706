r"""The same means for one n, exactly: two integrals in place of the law of large numbers.

For Z = Σ exp z of n independent normal scores, E e^(−tZ) = φ(t)^n with φ(t) = E e^(−t e^z), so that

    E log Z       = ∫ (e^−t − φ^n) dt/t,
    E Σ p_i x_i   = n ∫ E[x e^z e^(−t e^z)] φ^(n−1) dt,      z = σ x,
    E e^D/(e^D+Z) = ∫ e^D e^(−t e^D) φ^n dt.

Trapezoidal sums in log t and in x, both functions analytic in a strip: digits double with points.
"""

import math
from functools import lru_cache
from typing import Annotated

import numpy as np

from attnkit.arguments import Range, checked

__all__ = ["mean_entropy", "mean_needle_weight"]

Count = Annotated[float, Range(1.0, 1e12)]
Gap = Annotated[float, Range(-1e3, 1e3)]
Spread = Annotated[float, Range(0.0, 50.0)]

_REACH = 8.5  # standard deviations of a normal score
_STEP = 0.4  # of log t


@lru_cache(maxsize=4)
def _transform(n_keys: float, spread: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """log t, log φ(t) and E[x t e^z e^(−t e^z)], on a grid that reaches what n keys need."""
    low = -(math.log(n_keys) + _REACH * spread + 37)
    log_t = np.arange(low, _REACH * spread + 4, _STEP)
    n_points = 2 * math.ceil(_REACH * max(4, spread / _STEP)) + 1
    x = np.linspace(-_REACH, _REACH, n_points)
    mass = np.exp(-(x**2) / 2) * (x[1] - x[0]) / math.sqrt(2 * math.pi)
    raised = np.exp(np.clip(log_t[:, None] + spread * x, -745, 700))
    kept = np.exp(-raised)
    log_phi = np.log1p(np.clip(np.expm1(-raised) @ mass, -1 + 1e-16, 0))
    return log_t, log_phi, (raised * kept) @ (mass * x)


@checked
def mean_entropy(n_keys: Count, spread: Spread) -> float:
    r"""Return the mean entropy of a softmax of n independent normal scores, by quadrature.

    Parameters
    ----------
    n_keys : float
        Keys n.
    spread : float
        Standard deviation σ of the scores.

    Raises
    ------
    ValueError, TypeError
        A number out of its range, or no number.

    Notes
    -----
    Derived here: H = log Z − σ Σ p_i x_i.
    """
    log_t, log_phi, tilted = _transform(n_keys, spread)
    log_z = _STEP * np.sum(np.exp(-np.exp(log_t)) - np.exp(n_keys * log_phi))
    mean_score = n_keys * _STEP * np.sum(tilted * np.exp((n_keys - 1) * log_phi))
    return float(log_z - spread * mean_score)


@checked
def mean_needle_weight(n_keys: Count, gap: Gap, spread: Spread) -> float:
    r"""Return the mean weight of a needle at D above the mean of n − 1 normal rivals.

    Parameters
    ----------
    n_keys : float
        Keys n, the needle among them.
    gap, spread : float
        Lead D and the rivals' standard deviation σ.

    Raises
    ------
    ValueError, TypeError
        A number out of its range, or no number.

    Notes
    -----
    Derived here.
    """
    log_t, log_phi, _ = _transform(n_keys, spread)
    own = np.clip(log_t + gap, -745, 700)
    return float(_STEP * np.sum(np.exp(own - np.exp(own) + (n_keys - 1) * log_phi)))
