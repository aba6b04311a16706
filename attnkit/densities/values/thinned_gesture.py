"""A recorded gesture at irregular times, the function read from it, and what counts as outside."""

import functools

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.data import gestures
from attnkit.densities.alpha_family import line
from attnkit.densities.values import RadialBasis, RidgeValueFunction
from attnkit.validate import require_number

__all__ = ["BEYOND", "fit", "kept_samples", "outside", "score_variance_of"]

BEYOND = 1.02
"""Outside begins this many half widths from the location: clear of rounding at the edge."""

_GESTURE = 2
_BASIS = RadialBasis.on_grid(48, (0.02, 0.08), dtype=torch.float64)


@functools.cache
def kept_samples(
    share: float, seed: int = 3, own: tuple[float, ...] = ()
) -> tuple[Float[Tensor, " time"], Float[Tensor, " time"]]:
    """Times in [0, 1] and accelerations of a random share of one recording's 277 points.

    The seed fixes the random order: a larger share keeps every point of a smaller one. The
    recording is the third of `attnkit.data.gestures`; a reader's `own` evenly spaced samples may
    take its place. Two points are kept at least.

    Raises
    ------
    ValueError
        For a share outside (0, 1].
    """
    require_number("share", share, low=1e-3, high=1.0)
    series = torch.tensor(own, dtype=torch.float64) if own else gestures()[0][_GESTURE]
    order = torch.randperm(len(series), generator=torch.Generator().manual_seed(seed))
    kept = order[: max(2, round(share * len(series)))].sort().values
    return kept.double() / (len(series) - 1), series[kept]


def fit(
    times: Float[Tensor, " time"], accelerations: Float[Tensor, " time *series"]
) -> RidgeValueFunction:
    """The value function used with this recording: 96 Gaussian bumps and a ridge of 0.03.

    It has one feature for each series of accelerations; without an axis of series there is one.
    """
    return RidgeValueFunction(_BASIS, ridge=0.03).fit(times, accelerations.reshape(len(times), -1))


def outside(
    points: Float[Tensor, "*shape"], location: float, half_width: float
) -> Bool[Tensor, "*shape"]:
    """Which points are more than `BEYOND` half widths from the location."""
    return (points - location).abs() > BEYOND * half_width


def score_variance_of(half_width: float, alpha: float) -> Float[Tensor, ""]:
    """Of the density with that half support; at alpha = 1, with the variance it has at alpha = 2.

    Derived here.

    Raises
    ------
    ValueError
        For a non-positive half_width or alpha < 1.
    """
    half = torch.tensor(half_width, dtype=torch.float64)
    if alpha > 1:
        return line.score_variance_from_half_support(half, alpha)
    return line.score_variance_from_variance(half.square() / 5, alpha)
