"""Positive random features: an average over directions whose mean is the exponential kernel."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.linear_time.shared.tokens import require_left, require_reached
from attnkit.precision import outside_autocast

__all__ = ["hyperbolic_features", "log_features", "positive_features"]

Tokens = Annotated[Float[Tensor, "*batch key"], Finite()]
Directions = Annotated[Float[Tensor, "direction key"], Range(-1e6, 1e6)]
CURE = "make them shorter, or use a wider dtype"


@checked
@outside_autocast
def positive_features(x: Tokens, directions: Directions) -> Float[Tensor, "*batch direction"]:
    r"""Return positive features whose products are the exponential kernel in the mean.

    .. math:: \phi_a(x) = \frac{1}{\sqrt m}\, e^{\omega_a \cdot x - |x|^2/2}, \qquad
              \mathbb{E}\, \phi(q) \cdot \phi(k) = e^{q \cdot k}

    over normal directions. None exceeds :math:`e^{|\omega_a|^2/2}/\sqrt m`, whatever x is.

    Parameters
    ----------
    x : Float[Tensor, "*batch key"]
        Keys or queries, (..., key); softmax over scores divided by :math:`\sqrt d` takes both
        divided by :math:`d^{1/4}`. Half precision is computed in float32.
    directions : Float[Tensor, "direction key"]
        (direction, key), as `orthogonal_directions` draws them; m of them.

    Returns
    -------
    Tensor
        (..., direction), in the dtype of x.

    Raises
    ------
    ValueError, TypeError
        NaN, infinity, no direction, shapes that do not fit, features that overflow or all
        underflow; anything but floating-point tensors.

    References
    ----------
    Choromanski et al. 2021, arXiv:2009.14794: FAVOR+.
    """
    features = log_features(x, directions).exp().to(x.dtype)
    return _held(features, x)


@checked
@outside_autocast
def hyperbolic_features(x: Tokens, directions: Directions) -> Float[Tensor, "*batch 2*direction"]:
    r"""Return positive features of each direction and its opposite.

    .. math:: \phi(x) = \frac{e^{-|x|^2/2}}{\sqrt{2m}}
              \left[e^{\omega_a \cdot x},\; e^{-\omega_a \cdot x}\right]_a

    The kernel's mean is the same. At the same number of features its variance is that of
    `positive_features` times :math:`1 - e^{-|q + k|^2}`: half the directions need not be drawn.

    Parameters
    ----------
    x : Float[Tensor, "*batch key"]
        Keys or queries, (..., key). Half precision is computed in float32.
    directions : Float[Tensor, "direction key"]
        (direction, key), m of them.

    Returns
    -------
    Tensor
        (..., 2 direction), in the dtype of x.

    Raises
    ------
    ValueError, TypeError
        NaN, infinity, no direction, shapes that do not fit, features that overflow or all
        underflow; anything but floating-point tensors.

    References
    ----------
    Choromanski et al. 2021, arXiv:2009.14794, for the map; the factor is derived here.
    """
    features = log_features(x, torch.cat([directions, -directions])).exp().to(x.dtype)
    return _held(features, x)


def log_features(x: Tensor, directions: Tensor, name: str = "x") -> Tensor:
    """Logarithms of the positive features (..., direction), in at least float32."""
    if len(directions) == 0:
        raise ValueError(f"directions must hold at least one, got shape {tuple(directions.shape)}")
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    products = wide @ directions.to(wide).mT
    logs = products - wide.square().sum(-1, keepdim=True) / 2 - math.log(len(directions)) / 2
    require_reached(logs, name, x, CURE)
    return logs


def _held(features: Tensor, x: Tensor) -> Tensor:
    """The features; ValueError where one overflows or all underflow."""
    require_reached(features, "x", x, CURE)
    require_left(features.flatten(), "x", CURE)
    return features
