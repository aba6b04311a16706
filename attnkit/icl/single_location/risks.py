r"""Risks of softmax and of linear attention on a single location, by quadrature and in closed form.

For :math:`Z = \sum_l e^{z_l}` of independent normal scores, :math:`1/Z^n` is an integral of
:math:`t^{n-1} e^{-tZ}`, and under it the tokens part:

.. math::

    E \pi_J &= \int E[t e^{z_J} e^{-t e^{z_J}}]\, \phi(t)^{L-1}\, dt/t, \qquad
    \phi(t) = E e^{-t e^z} \\
    E \sum_l \pi_l^2 &= \int \big( g_J(t)\, \phi(t)^{L-1}
    + (L-1)\, g(t)\, \phi_J(t)\, \phi(t)^{L-2} \big)\, dt/t, \qquad
    g(t) = E[t^2 e^{2z} e^{-t e^z}]

Trapezoidal sums in log t and in the scores, of analytic functions.
"""

import math
from functools import lru_cache
from typing import Annotated, NamedTuple

import numpy as np

from attnkit.arguments import Range, checked

__all__ = [
    "LocationMoments",
    "bayes_location_risk",
    "linear_location_risk",
    "location_moments",
    "softmax_location_risk",
]

Count = Annotated[int, Range(1, 10**9)]
Signal = Annotated[float, Range(0.0, 400.0)]
Noise = Annotated[float, Range(0.0, 1e12)]
_REACH = 8.5  # standard deviations of a normal score
_LEAST_SPREAD = 1e-6
_LOG_MOST = math.log(1e9)  # tokens


class LocationMoments(NamedTuple):
    """E of the marked token's weight, and E of the sum of all squared weights."""

    hit: float
    collision: float


@checked
def location_moments(
    n_tokens: Count,
    lead: Annotated[float, Range(-400.0, 400.0)],
    spread: Annotated[float, Range(0.0, 60.0)],
) -> LocationMoments:
    r"""Return what a softmax of normal scores gives the one that leads, and how it concentrates.

    .. math:: E \pi_J \quad \text{and} \quad E \sum_l \pi_l^2, \qquad
              z_l \sim \mathcal N(D\, [\, l = J \,], s^2)

    The two are equal at :math:`D = s^2`, where each weight is the chance of its token to be the
    marked one.

    Parameters
    ----------
    n_tokens : int
        How many, L in the formula; up to a thousand million.
    lead, spread : float
        D and s, after any scale: up to 400 in size, and to 60.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges.

    Notes
    -----
    Derived here; the integrals stand at the head of this module.
    """
    at = _grid(float(lead), max(float(spread), _LEAST_SPREAD))
    others = np.exp((n_tokens - 1) * at.rivals.log_phi)
    collision = at.marked.second * others
    if n_tokens > 1:
        rest = np.exp((n_tokens - 2) * at.rivals.log_phi + at.marked.log_phi)
        collision = collision + (n_tokens - 1) * at.rivals.second * rest
    hit = (at.marked.first * others).sum()
    return LocationMoments(float(at.step * hit), float(at.step * collision.sum()))


class _Transforms(NamedTuple):
    """log E e^(−a), E a e^(−a) and E a² e^(−a) of a = t e^z, on a grid of log t."""

    log_phi: np.ndarray
    first: np.ndarray
    second: np.ndarray


class _Grid(NamedTuple):
    """What the rivals and the marked token give on one grid of log t, and its step."""

    rivals: _Transforms
    marked: _Transforms
    step: float


@lru_cache(maxsize=256)
def _grid(lead: float, spread: float) -> _Grid:
    """The same for every number of tokens."""
    low = -(max(lead, 0.0) + _REACH * spread + _LOG_MOST + 30)
    high = _REACH * spread + max(-lead, 0.0) + 5
    log_t = np.linspace(low, high, math.ceil((high - low) / 0.25) + 1)
    rivals, marked = (_transforms(u, spread) for u in (log_t, log_t + lead))
    return _Grid(rivals, marked, float(log_t[1] - log_t[0]))


def _transforms(log_t: np.ndarray, spread: float) -> _Transforms:
    step = min(0.25, 0.5 / spread)
    n_side = math.ceil(_REACH / step)
    x = step * np.arange(-n_side, n_side + 1)
    mass = np.exp(-(x**2) / 2) * step / math.sqrt(2 * math.pi)
    a = np.exp(np.clip(log_t[:, None] + spread * x, -745, 300))
    kept = np.exp(-a)
    log_phi = np.log1p(np.clip(np.expm1(-a) @ mass, -1 + 1e-16, 0))
    return _Transforms(log_phi, (a * kept) @ mass, (a * a * kept) @ mass)


@checked
def softmax_location_risk(
    n_tokens: Count,
    signal: Signal,
    *,
    strength: Annotated[float, Range(0.0, 60.0)],
    overlap: Annotated[float, Range(-1.0, 1.0)] = 1.0,
    gain: Annotated[float, Range(-1e6, 1e6)] = 1.0,
    noise_variance: Noise = 0.0,
) -> float:
    r"""Return the risk of a softmax head by its order parameters.

    .. math:: R = 1 + \sigma^2 - 2 g\, E \pi_J + g^2\, E \sum_l \pi_l^2

    Scores have the lead :math:`|q| \sqrt\nu \cos(q, k)` and the spread :math:`|q|`.

    Parameters
    ----------
    n_tokens : int
        Tokens of a prompt (L).
    signal : float
        nu, the squared length of the mark, up to 400.
    strength : float
        Length of the query, up to 60.
    overlap : float
        Cosine of query and key.
    gain : float
        g, the length of a learned value that has the direction of v.
    noise_variance : float
        Of the label.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges.

    Notes
    -----
    Derived here for unit vectors k and v, and a query at right angles to v. Order parameters are
    those of Duranthon et al. 2025, arXiv:2509.21936.
    """
    lead = min(max(overlap * strength * math.sqrt(signal), -400.0), 400.0)
    hit, collision = location_moments(n_tokens, lead, float(strength))
    return 1 + noise_variance - 2 * gain * hit + gain**2 * collision


@checked
def bayes_location_risk(n_tokens: Count, signal: Signal, noise_variance: Noise = 0.0) -> float:
    r"""Return the least risk of any predictor that knows key, value and signal.

    .. math:: R = \sigma^2 + 1 - E \pi_J

    Parameters
    ----------
    n_tokens : int
        Tokens of a prompt (L).
    signal : float
        nu, the squared length of the mark, up to 400.
    noise_variance : float
        Of the label.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges.

    Notes
    -----
    Derived here: at the query :math:`\sqrt\nu\, k` lead and squared spread are both nu.
    """
    hit, _ = location_moments(n_tokens, float(signal), math.sqrt(signal))
    return noise_variance + 1 - hit


@checked
def linear_location_risk(n_tokens: Count, signal: Signal, noise_variance: Noise = 0.0) -> float:
    r"""Return the least risk of linear attention with one query and one value.

    .. math:: R = \sigma^2 + \frac{L}{L + \nu}

    Parameters
    ----------
    n_tokens : int
        Tokens of a prompt (L).
    signal : float
        nu, the squared length of the mark, up to 400.
    noise_variance : float
        Of the label.

    Raises
    ------
    TypeError, ValueError
        For numbers out of these ranges.

    Notes
    -----
    Derived here: :math:`\hat y = c \sum_l \langle q, x_l\rangle \langle v, x_l\rangle` has
    :math:`E y \hat y = c \sqrt\nu` and :math:`E \hat y^2 = c^2 (L + \nu)` at :math:`q = k`.
    """
    return noise_variance + n_tokens / (n_tokens + signal)
