r"""The probability that two correlated Gaussians are both positive, to rounding at any correlation.

Genz, "Numerical computation of rectangular bivariate and trivariate normal and t probabilities"
(Statistics and Computing 14, 2004): below `_HIGH` the integral of the density over the
correlation, above it the same integral counted from correlation one, after its sharp part
``exp(-(h - k)^2 / (2 x^2))`` times a parabola has been integrated by hand.
"""

import math

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["normal_density", "orthant_probability"]

_NODES, _WEIGHTS = (tuple(row) for row in np.polynomial.legendre.leggauss(20))
_HIGH = 0.925
# Beyond this many deviations the normal distribution function is zero or one in float64.
_FAR = 39.0

Batch = Float[Tensor, "*batch"]


def normal_density(place: Batch) -> Batch:
    """Density of the standard normal distribution."""
    return torch.exp(-0.5 * place.square()) / math.sqrt(2.0 * math.pi)


def orthant_probability(first: Batch, second: Batch, correlation: Batch) -> Batch:
    """P(h + X > 0, k + Y > 0) for unit Gaussians X, Y of correlation rho; values only.

    Absolute error of about the dtype's rounding, the ends rho = -1 and 1 included.
    """
    h, k = first.clamp(-_FAR, _FAR), second.clamp(-_FAR, _FAR)
    low = _from_zero(h, k, correlation.clamp(-_HIGH, _HIGH))
    sign = torch.where(correlation < 0, -1.0, 1.0).to(correlation)
    missing = _near_one(h, sign * k, correlation.abs().clamp(_HIGH, 1.0))
    below = torch.special.ndtr(torch.minimum(h, k))
    surplus = (torch.special.ndtr(h) - torch.special.ndtr(-k)).clamp(min=0.0)
    high = torch.where(correlation < 0, surplus + missing, below - missing)
    return torch.where(correlation.abs() < _HIGH, low, high).clamp(0.0, 1.0)


def _from_zero(h: Batch, k: Batch, correlation: Batch) -> Batch:
    """Phi(h) Phi(k) and the integral of the density at (h, k) over the correlation up to rho."""
    limit = correlation.arcsin()
    squares, product = h.square() + k.square(), 2.0 * h * k
    total = torch.zeros_like(limit)
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        sine = (0.5 * (node + 1.0) * limit).sin()
        exponent = (product * sine - squares) / (2.0 * (1.0 - sine.square()))
        total = total + 0.5 * weight * exponent.exp()
    return torch.special.ndtr(h) * torch.special.ndtr(k) + limit * total / (2.0 * math.pi)


def _near_one(h: Batch, k: Batch, correlation: Batch) -> Batch:
    """Integral of the density at (h, k) over the correlation from rho to one.

    With x = sqrt(1 - r^2) it is 1/(2 pi) times the integral over x from 0 to sqrt(1 - rho^2) of
    exp(-(h - k)^2/(2 x^2) - h k/(1 + r)) / r, whose second part is nearly exp(-h k/2) (1 + c x^2
    + c d x^4).
    """
    product, gap = h * k, (h - k).square()
    width = ((1.0 - correlation) * (1.0 + correlation)).sqrt()
    c, d = (4.0 - product) / 8.0, (12.0 - product) / 80.0
    total = _parabola(product, gap, width, c, d)
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        x = (0.5 * (node + 1.0) * width).square()
        root = (1.0 - x).sqrt()
        exact = (-product * x / (2.0 * (1.0 + root).square())).exp() / root
        rest = exact - (1.0 + c * x * (1.0 + 5.0 * d * x))
        sharp = _sharp(gap, x) - product / 2.0
        total = total + 0.5 * weight * width * sharp.exp() * rest
    return total / (2.0 * math.pi)


def _parabola(product: Batch, gap: Batch, width: Batch, c: Batch, d: Batch) -> Batch:
    """Integral over 0..width of exp(-gap/(2 x^2) - product/2) (1 + c x^2 + 5 c d x^4)."""
    square, distance = width.square(), gap.sqrt()
    farther = torch.where(gap > 0, distance / width, 0.0)
    level = (_sharp(gap, square) - product / 2.0).exp()
    end = width * (1.0 - c * (gap - square) * (1.0 - d * gap) / 3.0 + c * d * square.square())
    away = distance * torch.special.erfcx(farther / math.sqrt(2.0)) * math.sqrt(math.pi / 2.0)
    away = torch.where(level > 0, away * (1.0 - c * gap * (1.0 - d * gap) / 3.0), 0.0)
    return level * (end - away)


def _sharp(gap: Batch, square: Batch) -> Batch:
    """-gap/(2 square), zero where the two are zero."""
    return torch.where(gap > 0, -gap / (2.0 * square), 0.0)
