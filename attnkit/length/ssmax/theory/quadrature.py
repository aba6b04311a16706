r"""The same means for one n, exactly: two integrals in place of the law of large numbers.

For Z = Σ exp z of n independent normal scores, E e^(−tZ) = φ(t)^n with φ(t) = E e^(−t e^z), so that

    E log Z       = ∫ (e^−t − φ^n) dt/t,
    E Σ p_i x_i   = n ∫ E[x e^z e^(−t e^z)] φ^(n−1) dt,      z = σ x,
    E e^D/(e^D+Z) = ∫ e^D e^(−t e^D) φ^n dt.

Trapezoidal sums in u = log t and in x, both functions analytic in a strip: digits double with
points. log t + z lies on one lattice, so that the exponentials are taken once for all pairs.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from attnkit.arguments import Range, checked

__all__ = ["mean_entropy", "mean_needle_weight"]

Count = Annotated[float, Range(1.0, 1e12)]
Gap = Annotated[float, Range(-1e3, 1e3)]
Spread = Annotated[float, Range(0.0, 50.0)]

_REACH = 8.5  # standard deviations of a normal score
_STEP = 0.4  # the largest of log t
_LEAST_SPREAD = 1e-3  # in place of less, which moves an entropy by half a millionth


@dataclass(frozen=True)
class _Transform:
    """log t and log φ(t) on a grid, E[x t e^z e^(−t e^z)], and the step of log t."""

    log_t: np.ndarray
    log_phi: np.ndarray
    tilted: np.ndarray
    step: float


@lru_cache(maxsize=1024)
def _transform(n_keys: float, spread: float) -> _Transform:
    """What n keys of this spread need; the windows of a lattice are log t + σ x for every x."""
    spread = max(spread, _LEAST_SPREAD)
    between = min(0.25, _STEP / spread)
    n_side = math.ceil(_REACH / between)
    x = between * np.arange(-n_side, n_side + 1)
    mass = np.exp(-(x**2) / 2) * between / math.sqrt(2 * math.pi)
    fine = spread * between
    stride = max(1, int(_STEP / fine))
    low = -(math.log(n_keys) + _REACH * spread + 37)
    n_steps = math.ceil((_REACH * spread + 4 - low) / (stride * fine))
    log_t = low + stride * fine * np.arange(n_steps)
    raised = np.exp(np.clip(low + fine * np.arange(-n_side, stride * n_steps + n_side), -745, 700))

    def mean(of_lattice: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return sliding_window_view(of_lattice, len(x))[::stride][:n_steps] @ weights

    kept = np.clip(mean(np.expm1(-raised), mass), -1 + 1e-16, 0)
    tilted = mean(raised * np.exp(-raised), mass * x)
    return _Transform(log_t, np.log1p(kept), tilted, stride * fine)


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
    at = _transform(n_keys, spread)
    log_z = np.sum(np.exp(-np.exp(at.log_t)) - np.exp(n_keys * at.log_phi))
    mean_score = n_keys * np.sum(at.tilted * np.exp((n_keys - 1) * at.log_phi))
    return float(at.step * (log_z - spread * mean_score))


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
    at = _transform(n_keys, spread)
    own = np.clip(at.log_t + gap, -745, 700)
    return float(at.step * np.sum(np.exp(own - np.exp(own) + (n_keys - 1) * at.log_phi)))
