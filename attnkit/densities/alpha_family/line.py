r"""The alpha family on the line: a quadratic score turned into a density, for every alpha >= 1.

The score is ``f(t) = -(t - location)^2 / (2 score_variance)``. Its density is

    p(t) = [(alpha - 1) (f(t) - threshold)]_+ ^ (1 / (alpha - 1)),

which is the Gaussian at alpha = 1, a truncated parabola at alpha = 2, and tends to the uniform
density as alpha grows. Everything here is written in the *spread* ``s``, defined by

    p(t) = p(location) [1 - (alpha - 1) (t - location)^2 / (2 s^2)]_+ ^ (1 / (alpha - 1)),

because in it nothing is singular at alpha = 1, where s^2 is the variance:

    p(location) = exp(-l(alpha)) / (sqrt(2 pi) s)     score_variance = s^2 p(location)^(1 - alpha)
    half support = s sqrt(2 / (alpha - 1))            variance = 2 s^2 / (3 alpha - 1)

with ``l`` the logarithm of a Beta function freed of its singularity: the case n = 1 of
`attnkit.densities.alpha_family.spread`. The family, and alpha = 2 in
closed form: Martins et al. 2020 (2006.07214). The formulas for every alpha are derived here.
"""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.densities.alpha_family.parameters import excess_of
from attnkit.densities.alpha_family.spread import log_peak, log_peak_of_spread, log_profile

__all__ = [
    "density",
    "half_support",
    "log_density",
    "score_variance_from_half_support",
    "score_variance_from_variance",
    "threshold",
    "variance",
]

Alpha = Annotated[float, Range(1.0, 1e6)] | Annotated[Float[Tensor, "*#shape"], Range(1.0, 1e6)]
SparseAlpha = (
    Annotated[float, Range(1.0, 1e6, open=True)]
    | Annotated[Float[Tensor, "*#shape"], Range(1.0, 1e6, open=True)]
)
Positive = Annotated[Float[Tensor, "*#shape"], Range(0.0, open=True)]
Points = Annotated[Float[Tensor, "*#shape"], Finite()]


@checked
def spread_squared(score_variance: Positive, alpha: Alpha) -> Float[Tensor, "..."]:
    """Square of the spread s: score_variance * p(location)^(alpha - 1); sigma^2 at alpha = 1.

    Every quantity of the density is a smooth function of s^2 and alpha, down to alpha = 1. Derived
    here.

    Parameters
    ----------
    score_variance : Tensor
        Of any shape, positive.
    alpha : float or Tensor
        At least 1; a tensor broadcasts.

    Raises
    ------
    ValueError
        For a non-positive score_variance or alpha < 1.
    """
    score_variance, excess, dtype = _prepare(score_variance, alpha)
    return _spread_squared(score_variance, excess).to(dtype)


@checked
def half_support(score_variance: Positive, alpha: Alpha) -> Float[Tensor, "..."]:
    """Half the length of the support: s sqrt(2 / (alpha - 1)); infinite at alpha = 1.

    Derived here; for alpha = 2 it is (3 sigma^2 / 2)^(1/3), as in Martins et al. 2020.

    Parameters
    ----------
    score_variance : Tensor
        Of any shape, positive.
    alpha : float or Tensor
        At least 1; a tensor broadcasts.

    Raises
    ------
    ValueError
        For a non-positive score_variance or alpha < 1.
    """
    score_variance, excess, dtype = _prepare(score_variance, alpha)
    return (2 * _spread_squared(score_variance, excess) / excess).sqrt().to(dtype)


@checked
def threshold(score_variance: Positive, alpha: Alpha) -> Float[Tensor, "..."]:
    """Level that the score must exceed to get any mass: -half_support^2 / (2 score_variance).

    It is -infinity at alpha = 1, where every score gets some mass. Derived here.

    Parameters
    ----------
    score_variance : Tensor
        Of any shape, positive.
    alpha : float or Tensor
        At least 1; a tensor broadcasts.

    Raises
    ------
    ValueError
        For a non-positive score_variance or alpha < 1.
    """
    score_variance, excess, dtype = _prepare(score_variance, alpha)
    return (-_spread_squared(score_variance, excess) / (score_variance * excess)).to(dtype)


@checked
def variance(score_variance: Positive, alpha: Alpha) -> Float[Tensor, "..."]:
    """Variance of the density: 2 s^2 / (3 alpha - 1), which is score_variance only at alpha = 1.

    Derived here; equal to half_support^2 / (1 + 2 alpha / (alpha - 1)).

    Parameters
    ----------
    score_variance : Tensor
        Of any shape, positive.
    alpha : float or Tensor
        At least 1; a tensor broadcasts.

    Raises
    ------
    ValueError
        For a non-positive score_variance or alpha < 1.
    """
    score_variance, excess, dtype = _prepare(score_variance, alpha)
    return (2 * _spread_squared(score_variance, excess) / (2 + 3 * excess)).to(dtype)


@checked
def score_variance_from_variance(variance: Positive, alpha: Alpha) -> Float[Tensor, "..."]:
    """The score_variance whose density has the given variance; inverse of `variance`.

    Derived here; for alpha = 2 it is (2/3) (5 variance)^(3/2).

    Parameters
    ----------
    variance : Tensor
        Of any shape, positive.
    alpha : float or Tensor
        At least 1; a tensor broadcasts.

    Raises
    ------
    ValueError
        For a non-positive variance or alpha < 1.
    """
    variance, excess, dtype = _prepare(variance, alpha)
    return _score_variance(variance * (2 + 3 * excess) / 2, excess).to(dtype)


@checked
def score_variance_from_half_support(
    half_support: Positive, alpha: SparseAlpha
) -> Float[Tensor, "..."]:
    """The score_variance whose density has the given half support, for alpha > 1.

    Derived here; for alpha = 2 it is (2/3) half_support^3.

    Parameters
    ----------
    half_support : Tensor
        Of any shape, positive.
    alpha : float or Tensor
        More than 1; a tensor broadcasts.

    Raises
    ------
    ValueError
        For a non-positive half_support or alpha <= 1 (at alpha = 1 the support is the whole line).
    """
    half_support, excess, dtype = _prepare(half_support, alpha)
    return _score_variance(half_support.square() * excess / 2, excess).to(dtype)


@checked
def log_density(
    points: Points,
    location: Points,
    score_variance: Positive,
    alpha: Alpha,
) -> Float[Tensor, "..."]:
    """Log of the density: log p(location) + log(1 - x) / (alpha - 1), x = (alpha-1) d^2 / (2 s^2).

    Here d = points - location. Minus infinity outside the support, with zero
    gradient there. Derived here.

    Parameters
    ----------
    points, location : Tensor
        Of any shape that broadcasts.
    score_variance : Tensor
        Broadcasts with them, positive.
    alpha : float or Tensor
        At least 1; a tensor broadcasts.

    Raises
    ------
    ValueError
        For NaN points or locations, a non-positive score_variance, or alpha < 1.
    """
    dtype = torch.promote_types(points.dtype, location.dtype)
    score_variance, excess, _ = _prepare(score_variance, alpha)
    squared = _spread_squared(score_variance, excess)
    distance = (points.to(squared.dtype) - location.to(squared.dtype)).square() / squared
    found = log_peak_of_spread(squared.log(), excess, 1) + log_profile(distance, excess)
    return found.to(dtype)


@checked
def density(
    points: Points,
    location: Points,
    score_variance: Positive,
    alpha: Alpha,
) -> Float[Tensor, "..."]:
    """The density [(alpha - 1) (f(t) - threshold)]_+ ^ (1 / (alpha - 1)) of a quadratic score f.

    It solves max over densities of E_p[f] - Omega_alpha(p), Omega_alpha the Tsallis negentropy.
    Exactly zero outside the support. Martins et al. 2020.

    Parameters
    ----------
    points, location : Tensor
        Of any shape that broadcasts.
    score_variance : Tensor
        Broadcasts with them, positive.
    alpha : float or Tensor
        At least 1; a tensor broadcasts.

    Raises
    ------
    ValueError
        For NaN points or locations, a non-positive score_variance, or alpha < 1.
    """
    return log_density(points, location, score_variance, alpha).exp()


def _prepare(positive: Tensor, alpha: float | Tensor) -> tuple[Tensor, Tensor, torch.dtype]:
    """The argument and alpha - 1 in at least float32, and the dtype to hand back."""
    given, dtype = positive.dtype, torch.promote_types(positive.dtype, torch.float32)
    positive = positive.to(dtype)
    return positive, excess_of(alpha, like=positive)[1], given


def _spread_squared(score_variance: Tensor, excess: Tensor) -> Tensor:
    return score_variance * (excess * log_peak(score_variance.log(), excess, 1)).exp()


def _score_variance(squared: Tensor, excess: Tensor) -> Tensor:
    """Inverse of `_spread_squared`."""
    return squared * (-excess * log_peak_of_spread(squared.log(), excess, 1)).exp()
