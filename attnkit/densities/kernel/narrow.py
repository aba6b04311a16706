r"""Where a kernel density is narrow: places at which its quadrature must look, however coarse.

A kernel of half width w is a bump of that width about every center, and a large coefficient makes
the density about a peak of the score narrower still. Both are looked for at distances d, d / 2,
d / 4, ... from the place, d the spacing of the first scan, until the change is small. The distances
become places to look at and ends of panels, so that every octave between d and w has its own nodes.
"""

import functools
import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.kernel.deformed import log_deformed_exp
from attnkit.densities.kernel.kernels import periodic
from attnkit.densities.shared.estimate import most

__all__ = ["Marks", "kernel_octaves", "places_of", "sharp_peaks", "steps_about"]

_MOST_OCTAVES, _MOST_PLACES = 46, 20_000
_NARROW, _HALF = 2.0, 0.5  # change of a log-density, and of a kernel, that is large
_GOLDEN, _MOST_STEPS = (math.sqrt(5) - 1) / 2, 80

Score = Callable[[Tensor], Tensor]


class Marks(NamedTuple):
    """Places to look at, and those among them at which panels are cut from the start."""

    places: Float[Tensor, "*batch mark"]
    corners: Float[Tensor, "*batch corner"]


def places_of(
    kernel: Callable, centers: Float[Tensor, "*batch center"], low: float, high: float
) -> Float[Tensor, "*batch repeat center"]:
    """Where the kernel of each center peaks in [low, high]: at the center, or once a period.

    Raises ValueError where that is more than 20,000 places.
    """
    partial = isinstance(kernel, functools.partial) and kernel.func is periodic
    if not (kernel is periodic or partial) or not math.isfinite(high - low):
        return centers.unsqueeze(-2)
    period = kernel.keywords.get("period", 1.0) if partial else 1.0
    count = math.ceil((high - low) / period)
    if count * centers.shape[-1] > _MOST_PLACES:
        raise ValueError(
            f"kernel must not repeat more than {_MOST_PLACES} times for its centers in all, "
            f"got {count} periods of {period:g} and {centers.shape[-1]} centers"
        )
    first = low + torch.remainder(centers - low, period)
    return first.unsqueeze(-2) + period * torch.arange(count).to(centers).unsqueeze(-1)


def kernel_octaves(
    kernel: Callable,
    places: Float[Tensor, "*batch repeat center"],
    centers: Float[Tensor, "*batch center"],
    spacing: Float[Tensor, "*#batch repeat center"],
) -> int:
    """Halvings of the spacing after which every kernel changes little about its place."""
    centers = centers.unsqueeze(-2)
    peak = kernel(places, centers)
    for octave in range(_MOST_OCTAVES):
        step = spacing * 2.0**-octave
        fallen = [(kernel(places + sign * step, centers) - peak).abs() for sign in (-1, 1)]
        if not bool((torch.maximum(*fallen) > _HALF * peak.abs()).any()):
            return octave
    return _MOST_OCTAVES


def steps_about(
    places: Float[Tensor, "*batch place"], spacing: Float[Tensor, "*#batch place"], octaves: int
) -> Float[Tensor, "*batch mark"]:
    """The places, and on both sides of each the distances of every octave; none of no octaves."""
    if octaves == 0:
        return places[..., :0]
    halvings = 2.0 ** -torch.arange(octaves + 1, dtype=places.dtype, device=places.device)
    steps = torch.cat([-halvings, halvings.new_zeros(1), halvings])
    return (places.unsqueeze(-1) + spacing.unsqueeze(-1) * steps).flatten(-2)


def sharp_peaks(
    score: Score,
    points: Float[Tensor, "*batch point"],
    values: Float[Tensor, "*batch point"],
    normaliser: Float[Tensor, "*batch 1"],
    alpha: float | Tensor,
) -> Float[Tensor, "*batch mark"]:
    """Places about the peaks that the scanned points do not resolve; none where they do.

    A peak is unresolved if the log-density falls by more than 2 from one point to the next.
    """
    logarithm = log_deformed_exp(values - normaliser, alpha)
    around, nearby = _padded(values, -torch.inf), _padded(logarithm, torch.inf)
    top = (values >= around[..., :-2]) & (values >= around[..., 2:]) & (logarithm > -torch.inf)
    sharp = top & (logarithm - torch.minimum(nearby[..., :-2], nearby[..., 2:]) > _NARROW)
    count = most(sharp.sum(-1))
    if count == 0:
        return points[..., :0]
    which = (~sharp).byte().argsort(dim=-1, stable=True)[..., :count]
    last = points.shape[-1] - 1
    low, high = (points.gather(-1, (which + by).clamp(0, last)) for by in (-1, 1))
    peaks, at_point = _climbed(score, low, high), points.gather(-1, which)
    peaks = peaks.where(score(peaks) > values.gather(-1, which), at_point)
    spacing = (high - low).clamp(min=torch.finfo(points.dtype).tiny)
    return steps_about(peaks, spacing, _octaves(score, peaks, spacing, normaliser, alpha))


def _padded(row: Tensor, fill: float) -> Tensor:
    return torch.nn.functional.pad(row, (1, 1), value=fill)


def _octaves(score: Score, peaks: Tensor, spacing: Tensor, normaliser: Tensor, alpha) -> int:
    """Halvings of the spacing after which the log-density changes little about every peak."""
    best = score(peaks)
    scale = (1 + (alpha - 1) * (best - normaliser)).clamp(min=1.0)
    for octave in range(_MOST_OCTAVES):
        step = spacing * 2.0**-octave
        fallen = best - torch.minimum(score(peaks - step), score(peaks + step))
        if not bool((fallen > _HALF * scale).any()):
            return max(octave, 1)
    return _MOST_OCTAVES


def _climbed(score: Score, low: Tensor, high: Tensor) -> Tensor:
    """The highest place of each bracket by golden section."""
    inner = [high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)]
    heights = [score(place) for place in inner]
    for _ in range(_MOST_STEPS):
        left = heights[0] >= heights[1]
        low, high = low.where(left, inner[0]), inner[1].where(left, high)
        inner = [high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)]
        heights = [score(place) for place in inner]
    return inner[0].where(heights[0] >= heights[1], inner[1])
