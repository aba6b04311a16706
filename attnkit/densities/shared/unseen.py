r"""Functions narrower than the nodes that read them: found by climbing from the trace they leave.

Values at nodes that fall by orders of magnitude from one to the next are the flanks of something
narrower. From each such node the function is climbed, by golden section between its neighbours; a
peak that falls as fast beside its top is one the nodes do not resolve. A function that is exactly
zero at every node leaves no trace: nothing can be said of it.
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.shared.estimate import Function, align, most

__all__ = ["FAINT", "Peaks", "corners_about", "hidden_peaks", "with_unseen"]

FAINT = 1e-30
"""A function nowhere larger than this at its nodes is looked at by many more."""

_STEEP = 10.0  # a fall from a node to the next, and from a peak over half their distance
_NEAR = 0.25  # of the bracket of three nodes: half the distance of two
_MOST_PEAKS, _MOST_STEPS, _MOST_OCTAVES = 16, 70, 46
_STEP = (3 - math.sqrt(5)) / 2  # of the golden section


class Peaks(NamedTuple):
    """Where a function is too sharp for the nodes about, (*batch, peak), and how large it is.

    `node` is the nearest node's index; a place that is none has height zero.
    """

    places: Tensor
    heights: Tensor
    spacing: Tensor
    node: Tensor


def hidden_peaks(
    function: Function, points: Float[Tensor, "*batch node"], values: Tensor
) -> Peaks | None:
    """The peaks too sharp for the nodes about them; None if there are none."""
    sizes = _sizes(values.detach(), points.ndim)
    order = points.detach().argsort(-1)
    points, sizes = points.detach().gather(-1, order), sizes.gather(-1, order)
    before, after = (_shifted(sizes, by) for by in (1, -1))
    top = (sizes >= before.nan_to_num(-1.0)) & (sizes >= after.nan_to_num(-1.0)) & (sizes > 0)
    least = torch.fmin(before, after)
    steep = top & (sizes > _STEEP * least)
    count = min(most(steep.sum(-1)), _MOST_PEAKS)
    if count == 0:
        return None
    which = sizes.masked_fill(~steep, -1.0).topk(count, -1).indices
    last = points.shape[-1] - 1
    low, high = (points.gather(-1, (which + by).clamp(0, last)) for by in (-1, 1))
    seen = sizes.gather(-1, which)
    places, heights = _climbed(function, low, points.gather(-1, which), high, seen)
    sides = [_size_at(function, places + part * (high - low)) for part in (-_NEAR, _NEAR)]
    sharp = steep.gather(-1, which) & (heights > _STEEP * torch.maximum(*sides))
    if not bool(sharp.any()):
        return None
    return Peaks(places, heights.where(sharp, 0.0), high - low, order.gather(-1, which))


def with_unseen(
    error: Tensor,
    function: Function,
    points: Float[Tensor, "*batch node"],
    masses: Float[Tensor, "*batch node"],
    values: Tensor,
) -> Tensor:
    """The error, or more where nodes miss a peak: its height times the mass of the nearest node."""
    with torch.no_grad():
        peaks = hidden_peaks(function, points, values)
        if peaks is None:
            return error
        missed = (peaks.heights * masses.expand_as(points).gather(-1, peaks.node)).sum(-1)
        return torch.maximum(error, align(missed, error).expand_as(error))


def corners_about(function: Function, peaks: Peaks) -> Float[Tensor, "*batch corner"]:
    """The peaks and, on both sides, distances from their half width by factors of 4 up."""
    width = peaks.spacing
    for _ in range(_MOST_OCTAVES):
        sides = [_size_at(function, peaks.places + sign * width / 2) for sign in (-1, 1)]
        wide = (torch.minimum(*sides) < peaks.heights / 2) & (peaks.heights > 0)
        if not bool(wide.any()):
            break
        width = width.where(~wide, width / 2)
    octaves = (peaks.spacing / width).where(width > 0, 1.0)
    count = math.ceil(math.log(float(octaves.max()), 4)) + 1
    steps = 4.0 ** torch.arange(count, dtype=width.dtype, device=width.device)
    steps = torch.cat([-steps, steps.new_zeros(1), steps])
    corners = peaks.places.unsqueeze(-1) + width.unsqueeze(-1) * steps
    real = (peaks.heights > 0).unsqueeze(-1)
    return corners.where(real, peaks.places[..., :1, None]).flatten(-2)


def _climbed(
    function: Function, low: Tensor, place: Tensor, high: Tensor, size: Tensor
) -> tuple[Tensor, Tensor]:
    """The largest place of each bracket by golden section, and the size there.

    The best place so far stays inside the bracket, so that zeros about it lead nobody astray.
    """
    for _ in range(_MOST_STEPS):
        right = high - place > place - low
        trial = torch.where(right, place + _STEP * (high - place), place - _STEP * (place - low))
        found = _size_at(function, trial)
        better = found > size
        inner, outer = place.where(better, trial), trial.where(better, place)
        low = inner.where(right == better, low)
        high = inner.where(right != better, high)
        place, size = outer, found.where(better, size)
    return place, size


def _size_at(function: Function, points: Tensor) -> Tensor:
    return _sizes(function(points).detach(), points.ndim)


def _sizes(values: Tensor, n_dims: int) -> Tensor:
    """The largest absolute value over the features."""
    sizes = values.abs().to(torch.promote_types(values.abs().dtype, torch.float32))
    return sizes if values.ndim == n_dims else sizes.flatten(n_dims).amax(-1)


def _shifted(row: Tensor, by: int) -> Tensor:
    """The row with each entry's neighbour in its place; NaN where there is none."""
    moved = row.roll(by, -1).clone()
    moved[..., 0 if by > 0 else -1] = math.nan
    return moved
