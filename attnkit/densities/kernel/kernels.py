"""Kernels k(s, t) for scores f(t) = sum_i coefficients_i k(t, center_i).

All broadcast over s and t, which share a unit with `width`; a width is a positive number or a
tensor that broadcasts too, so that it can be learned. Fix it before use::

    kernel = functools.partial(gaussian, width=0.05)
"""

import math
from collections.abc import Callable
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked

__all__ = ["gaussian", "hat", "laplace", "matern32", "matern52", "periodic", "polynomial"]

_FAR = 1e9  # widths away, where nothing is left and no square overflows
_ROOT_3, _ROOT_5 = math.sqrt(3), math.sqrt(5)

Place = Annotated[Float[Tensor, "*#shape"], Finite()]
Width = (
    Annotated[float, Range(0.0, open=True)]
    | Annotated[Float[Tensor, "*#shape"], Range(0.0, open=True)]
)


@checked
def gaussian(s: Place, t: Place, *, width: Width = 0.1) -> Float[Tensor, "..."]:
    """exp(-(s - t)^2 / (2 width^2)): the smoothest. Rasmussen and Williams 2006, equation 4.9.

    Parameters
    ----------
    s, t : Tensor
        Places of any shape that broadcasts.
    width : float or Tensor
        Positive; a tensor broadcasts with the places.

    Raises
    ------
    TypeError
        For places that are not floating point.
    ValueError
        For NaN, or a width <= 0.
    """
    return _of_distance(s, t, width, lambda x: torch.exp(-x.square() / 2))


@checked
def laplace(s: Place, t: Place, *, width: Width = 0.1) -> Float[Tensor, "..."]:
    """``exp(-|s - t| / width)``: a corner at each center.

    Rasmussen and Williams 2006, section 4.2.

    Parameters
    ----------
    s, t : Tensor
        Places of any shape that broadcasts.
    width : float or Tensor
        Positive; a tensor broadcasts with the places.

    Raises
    ------
    TypeError
        For places that are not floating point.
    ValueError
        For NaN, or a width <= 0.
    """
    return _of_distance(s, t, width, lambda x: torch.exp(-x))


@checked
def matern32(s: Place, t: Place, *, width: Width = 0.1) -> Float[Tensor, "..."]:
    """(1 + x) exp(-x) with ``x = sqrt(3) |s - t| / width``.

    Rasmussen and Williams 2006, section 4.2.

    Parameters
    ----------
    s, t : Tensor
        Places of any shape that broadcasts.
    width : float or Tensor
        Positive; a tensor broadcasts with the places.

    Raises
    ------
    TypeError
        For places that are not floating point.
    ValueError
        For NaN, or a width <= 0.
    """
    return _of_distance(s, t, width, lambda x: (1 + _ROOT_3 * x) * torch.exp(-_ROOT_3 * x))


@checked
def matern52(s: Place, t: Place, *, width: Width = 0.1) -> Float[Tensor, "..."]:
    """(1 + x + x^2 / 3) exp(-x) with ``x = sqrt(5) |s - t| / width``.

    Rasmussen and Williams 2006, section 4.2.

    Parameters
    ----------
    s, t : Tensor
        Places of any shape that broadcasts.
    width : float or Tensor
        Positive; a tensor broadcasts with the places.

    Raises
    ------
    TypeError
        For places that are not floating point.
    ValueError
        For NaN, or a width <= 0.
    """
    return _of_distance(
        s,
        t,
        width,
        lambda x: (1 + _ROOT_5 * x + (_ROOT_5 * x).square() / 3) * torch.exp(-_ROOT_5 * x),
    )


@checked
def hat(s: Place, t: Place, *, width: Width = 0.1) -> Float[Tensor, "..."]:
    """``[1 - |s - t| / width]_+``: scores that are straight between their corners.

    With centers one width apart the score interpolates its coefficients linearly, and integrals are
    known exactly. Defined here.

    Parameters
    ----------
    s, t : Tensor
        Places of any shape that broadcasts.
    width : float or Tensor
        Positive; a tensor broadcasts with the places.

    Raises
    ------
    TypeError
        For places that are not floating point.
    ValueError
        For NaN, or a width <= 0.
    """
    return _of_distance(s, t, width, lambda x: (1 - x).relu())


@checked
def periodic(
    s: Place,
    t: Place,
    *,
    width: Width = 0.1,
    period: Annotated[float, Range(0.0, open=True)] = 1.0,
) -> Float[Tensor, "..."]:
    """exp(-2 sin^2(x / 2) / y^2), x = 2 pi (s - t) / period, y = 2 pi width / period.

    The Gaussian kernel of that width on a circle. Rasmussen and Williams 2006, section 4.2.

    Parameters
    ----------
    s, t : Tensor
        Places of any shape that broadcasts.
    width : float or Tensor
        Positive; a tensor broadcasts with the places.
    period : float
        After which the kernel repeats, positive.

    Raises
    ------
    TypeError
        For places that are not floating point.
    ValueError
        For NaN, or a width or period <= 0.
    """
    s, t, dtype = _wide(s, t)
    turn = 2 * math.pi / period
    return torch.exp(-2 * ((s - t) * turn / 2).sin().square() / (turn * width) ** 2).to(dtype)


@checked
def polynomial(
    s: Place,
    t: Place,
    *,
    degree: Annotated[int, Range(1, 64)] = 2,
    offset: Annotated[float, Range(0.0)] = 0.0,
) -> Float[Tensor, "..."]:
    """(s t + offset)^degree: unbounded, so that on the whole line a density need not exist.

    Rasmussen and Williams 2006, section 4.2.

    Parameters
    ----------
    s, t : Tensor
        Places of any shape that broadcasts.
    degree : int
        From 1 to 64.
    offset : float
        Not negative.

    Raises
    ------
    TypeError
        For places that are not floating point.
    ValueError
        For NaN, a degree below 1 or above 64, or a negative offset.
    """
    s, t, dtype = _wide(s, t)
    return ((s * t + offset) ** degree).to(dtype)


def _of_distance(s: Tensor, t: Tensor, width: float | Tensor, profile: Callable) -> Tensor:
    """The profile of the distance in widths, taken in at least float32."""
    s, t, dtype = _wide(s, t)
    return profile(((s - t).abs() / width).clamp(max=_FAR)).to(dtype)


def _wide(s: Tensor, t: Tensor) -> tuple[Tensor, Tensor, torch.dtype]:
    """Both in at least float32, and their common dtype."""
    dtype = torch.promote_types(s.dtype, t.dtype)
    wide = torch.promote_types(dtype, torch.float32)
    return s.to(wide), t.to(wide), dtype
