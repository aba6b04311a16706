"""Kernels k(s, t) for scores f(t) = sum_i coefficients_i k(t, center_i).

All broadcast over s and t, which share a unit with `width`; a width is a positive number or a
tensor that broadcasts too, so that it can be learned. Fix it before use::

    kernel = functools.partial(gaussian, width=0.05)
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.validate import require_finite, require_number, require_positive

__all__ = ["gaussian", "hat", "laplace", "matern32", "matern52", "periodic", "polynomial"]

Width = float | Float[Tensor, "..."]


def gaussian(
    s: Float[Tensor, "..."], t: Float[Tensor, "..."], *, width: Width = 0.1
) -> Float[Tensor, "..."]:
    """exp(-(s - t)^2 / (2 width^2)): the smoothest.

    Raises
    ------
    ValueError
        For a width <= 0.
    """
    return torch.exp(-((s - t) / _checked(width)).square() / 2)


def laplace(
    s: Float[Tensor, "..."], t: Float[Tensor, "..."], *, width: Width = 0.1
) -> Float[Tensor, "..."]:
    """``exp(-|s - t| / width)``: a corner at each center. ValueError for a width <= 0."""
    return torch.exp(-(s - t).abs() / _checked(width))


def matern32(
    s: Float[Tensor, "..."], t: Float[Tensor, "..."], *, width: Width = 0.1
) -> Float[Tensor, "..."]:
    """(1 + x) exp(-x) with ``x = sqrt(3) |s - t| / width``.

    Raises
    ------
    ValueError
        For a width <= 0.
    """
    x = math.sqrt(3) * (s - t).abs() / _checked(width)
    return (1 + x) * torch.exp(-x)


def matern52(
    s: Float[Tensor, "..."], t: Float[Tensor, "..."], *, width: Width = 0.1
) -> Float[Tensor, "..."]:
    """(1 + x + x^2 / 3) exp(-x) with ``x = sqrt(5) |s - t| / width``. Error as `gaussian`."""
    x = math.sqrt(5) * (s - t).abs() / _checked(width)
    return (1 + x + x.square() / 3) * torch.exp(-x)


def hat(
    s: Float[Tensor, "..."], t: Float[Tensor, "..."], *, width: Width = 0.1
) -> Float[Tensor, "..."]:
    """``[1 - |s - t| / width]_+``: scores that are straight between their corners.

    With centers one width apart the score interpolates its coefficients linearly, and integrals are
    known exactly.

    Raises
    ------
    ValueError
        For a width <= 0.
    """
    return (1 - (s - t).abs() / _checked(width)).relu()


def periodic(
    s: Float[Tensor, "..."],
    t: Float[Tensor, "..."],
    *,
    width: Width = 0.1,
    period: float = 1.0,
) -> Float[Tensor, "..."]:
    """exp(-2 sin^2(x / 2) / y^2), x = 2 pi (s - t) / period, y = 2 pi width / period.

    The Gaussian kernel of that width on a circle.

    Raises
    ------
    ValueError
        For a width or period <= 0.
    """
    require_number("period", period, low=0.0, high=math.inf, exclusive=True)
    turn = 2 * math.pi / period
    return torch.exp(-2 * ((s - t) * turn / 2).sin().square() / (turn * _checked(width)) ** 2)


def polynomial(
    s: Float[Tensor, "..."], t: Float[Tensor, "..."], *, degree: int = 2, offset: float = 0.0
) -> Float[Tensor, "..."]:
    """(s t + offset)^degree: unbounded, so that on the whole line a density need not exist.

    Raises
    ------
    ValueError
        For a degree below 1 or a negative offset.
    """
    require_number("degree", degree, low=1)
    require_number("offset", offset, low=0.0)
    return (s * t + offset) ** degree


def _checked(width: Width) -> Width:
    if not isinstance(width, Tensor):
        require_number("width", width, low=0.0, high=math.inf, exclusive=True)
        return width
    require_finite("width", width)
    require_positive("width", width)
    return width
