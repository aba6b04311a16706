"""Closed forms for the isotropic task: x ~ N(0, I), w ~ N(0, I/d), noise of variance s.

Every risk is E (prediction - y_q)^2 with the query's own label noise included, so that S = 1 + s
is the risk of answering 0. All functions take numbers, or tensors that broadcast.
"""

import math

from jaxtyping import Float
from torch import Tensor

from attnkit.validate import require_number

__all__ = [
    "asymptotic_bayes_risk",
    "debiased_gradient_descent_rate",
    "debiased_gradient_descent_risk",
    "gradient_descent_rate",
    "gradient_descent_risk",
    "small_scale_risk",
]

Number = float | Tensor


def require_setting(d: Number, n_examples: Number, noise_variance: Number) -> None:
    """Refuse fewer than one dimension or example, and a noise variance that is not positive."""
    for name, value, low in (("d", d, 1), ("n_examples", n_examples, 1)):
        _require_all(name, value, low=low)
    _require_all("noise_variance", noise_variance, low=0, exclusive=True)


def _require_all(name: str, value: Number, *, low: float, exclusive: bool = False) -> None:
    extremes = [value.min().item(), value.max().item()] if isinstance(value, Tensor) else [value]
    for extreme in extremes:
        require_number(name, extreme, low=low, high=math.inf, exclusive=exclusive)


def gradient_descent_rate(d: Number, n_examples: Number, noise_variance: Number) -> Number:
    """Best rate of one plain step: 1 / (1 + (d + 1)/L + s d/L).

    Derived here from the second and fourth moments of Gaussian inputs.
    """
    require_setting(d, n_examples, noise_variance)
    return 1 / (1 + (d + 1 + noise_variance * d) / n_examples)


def gradient_descent_risk(
    d: Number, n_examples: Number, noise_variance: Number, *, rate: Number | None = None
) -> Number:
    """Risk of one plain step at `rate`, or at the best rate: S - 2 r + r^2 / best.

    A rate kept while the prompt grows is a frozen normaliser in disguise: linear attention that
    was trained with 1/L and keeps it at length M takes a step of rate r M / L.
    """
    best = gradient_descent_rate(d, n_examples, noise_variance)
    rate = best if rate is None else rate
    return 1 + noise_variance - 2 * rate + rate**2 / best


def debiased_gradient_descent_rate(d: Number, n_examples: Number, noise_variance: Number) -> Number:
    """Best rate of one step on centred inputs: 1 / (1 + S d/L), S = 1 + s.

    Parameters
    ----------
    d, n_examples : number or Tensor
        Dimension of the inputs and length L of the prompt, both at least 1.
    noise_variance : number or Tensor
        Label noise s, positive.

    References
    ----------
    He, Pan, Chen, Yang (2025), arXiv:2503.12734, where it is 1 / (1 + (1 + s) d/L); derived here.
    """
    require_setting(d, n_examples, noise_variance)
    return 1 / (1 + (1 + noise_variance) * d / n_examples)


def debiased_gradient_descent_risk(
    d: Number, n_examples: Number, noise_variance: Number, *, rate: Number | None = None
) -> Number:
    """Risk of one step on centred inputs: S - (1 - 1/L) (2 r - r^2 / best).

    At the best rate it is S - (L - 1) / (L + d S). Derived here from the moments of a Wishart
    matrix with L - 1 degrees of freedom.

    Parameters
    ----------
    d, n_examples, noise_variance : number or Tensor
        As for `debiased_gradient_descent_rate`.
    rate : number or Tensor, optional
        Rate r of the step; the best one if left out.
    """
    best = debiased_gradient_descent_rate(d, n_examples, noise_variance)
    rate = best if rate is None else rate
    return 1 + noise_variance - (1 - 1 / n_examples) * (2 * rate - rate**2 / best)


def small_scale_risk(
    scales: Float[Tensor, "*batch heads"],
    gains: Float[Tensor, "*batch heads"],
    d: int,
    n_examples: int,
    noise_variance: float,
) -> Float[Tensor, "*batch"]:
    """Risk of softmax heads in the limit of small scales, to second order in each omega_h.

    S - (1 - 1/L) (2 p - p^2 / best) + (S/L) z^2 with p = sum_h mu_h omega_h, z = sum_h mu_h. The
    first part is debiased gradient descent at rate p, the second is what heads of one sign pay:
    the best has p at the best rate and z = 0, which takes a positive and a negative head.
    Derived here from softmax(omega a)_l = (1 + omega (a_l - mean a)) / L + O(omega^2).
    """
    rate, total = (scales * gains).sum(-1), gains.sum(-1)
    debiased = debiased_gradient_descent_risk(d, n_examples, noise_variance, rate=rate)
    return debiased + (1 + noise_variance) / n_examples * total**2


def asymptotic_bayes_risk(ratio: Number, noise_variance: Number) -> Number:
    """Risk of Bayes ridge as d, L grow with d/L = ratio g: 1 / (g v).

    v > 0 solves 1/v = g s + g / (1 + v). The posterior covariance is s (X'X + s d I)^(-1), so the
    risk is s (1 + tr (X'X + s d I)^(-1)), and the Marchenko-Pastur law gives the trace.

    Parameters
    ----------
    ratio : number or Tensor
        d/L, positive.
    noise_variance : number or Tensor
        Label noise s, positive.
    """
    _require_all("ratio", ratio, low=0, exclusive=True)
    _require_all("noise_variance", noise_variance, low=0, exclusive=True)
    penalty = ratio * noise_variance
    slope = 1 - penalty - ratio
    root = (slope + (slope**2 + 4 * penalty) ** 0.5) / (2 * penalty)
    return 1 / (ratio * root)
