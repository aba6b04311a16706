"""Where a score exceeds a level: sign changes on a coarse grid, each polished to a root."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.densities.kernel.base_measure import N_SCANNED
from attnkit.densities.shared.estimate import largest_of, most

__all__ = ["Panels", "cut_at", "panels_above", "scan", "without_empty"]

_OFFSET = 0.381966  # irrational in practice, so that no center falls on the grid twice
_MOST_STEPS = 60

Score = Callable[[Tensor], Tensor]


class Panels(NamedTuple):
    """Intervals [low, high] per row, padded with empty ones, and which ends are roots."""

    low: Float[Tensor, "*batch panel"]
    high: Float[Tensor, "*batch panel"]
    low_is_root: Bool[Tensor, "*batch panel"]
    high_is_root: Bool[Tensor, "*batch panel"]


def scan(
    score: Score, low: float, high: float, marks: Float[Tensor, "*batch mark"]
) -> tuple[Float[Tensor, "*batch point"], Float[Tensor, "*batch point"]]:
    """Sorted points that hold both ends, a grid and the marks in between; and the score there.

    Every local extremum on the grid moves to the vertex of the parabola through it and its
    neighbours, so that a peak or a gap hardly above or below a level is not overlooked.
    """
    steps = torch.arange(N_SCANNED, dtype=marks.dtype, device=marks.device) + _OFFSET
    grid = torch.cat([steps.new_tensor([0.0]), steps / N_SCANNED, steps.new_tensor([1.0])])
    grid = (low + (high - low) * grid).expand(*marks.shape[:-1], -1)
    points = torch.cat([grid, marks], -1).sort(-1).values
    values = score(points)
    vertices, rising = _vertices(points, values)
    found = score(vertices)
    better = torch.where(rising, found > values, found < values) & (vertices != points)
    return vertices.where(better, points), found.where(better, values)


def _vertices(points: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """Each extremum's parabola vertex (other points stay), and whether the score rises to it."""
    gaps = points.diff(dim=-1)
    slopes = values.diff(dim=-1) / gaps.where(gaps > 0, 1.0)
    before, after = slopes[..., :-1], slopes[..., 1:]
    middles = (points[..., :-1] + points[..., 1:]) / 2
    left, right = middles[..., :-1], middles[..., 1:]
    peaked = before * after < 0
    share = before / (before - after).where(peaked, 1.0)
    inner = (left + (right - left) * share).where(peaked, points[..., 1:-1])
    vertices = torch.cat([points[..., :1], inner, points[..., -1:]], -1)
    return vertices, torch.nn.functional.pad(before > 0, (1, 1))


def panels_above(
    score: Score,
    level: Float[Tensor, "*batch 1"],
    points: Float[Tensor, "*batch point"],
    values: Float[Tensor, "*batch point"],
) -> Panels:
    """Intervals on which the score exceeds the level, from its scan."""
    above = values > level
    edge = torch.zeros_like(above[..., :1])
    starts = above & ~torch.cat([edge, above[..., :-1]], -1)
    stops = above & ~torch.cat([above[..., 1:], edge], -1)
    count = most(starts.sum(-1))
    exists = torch.arange(count, device=level.device) < starts.sum(-1, keepdim=True)
    inner = torch.cat([_first(starts, count), _first(stops, count)], -1)
    outward = torch.arange(2 * count, device=level.device).ge(count).long() * 2 - 1
    outer = (inner + outward).clamp(0, points.shape[-1] - 1)
    is_root = (inner != outer) & torch.cat([exists, exists], -1)
    outer = outer.where(is_root, inner)
    level = level.masked_fill(level == -torch.inf, 0.0)  # without a level there is no root
    brackets = [points.gather(-1, which) for which in (outer, inner)]
    heights = [values.gather(-1, which) - level for which in (outer, inner)]
    roots = _polish(lambda x: score(x) - level, brackets, heights)
    ends = roots.where(is_root, brackets[1])
    low, high = ends[..., :count], ends[..., count:]
    high = high.where(exists, low)
    return Panels(low, high, is_root[..., :count], is_root[..., count:])


def cut_at(panels: Panels, corners: Float[Tensor, "*batch corner"]) -> Panels:
    """The same panels, cut wherever a corner lies within one."""
    low, high, low_is_root, high_is_root = panels
    real = high > low
    keys = low.masked_fill(~real, torch.inf).contiguous()
    first = low[..., :1]
    ends = torch.cat([low.where(real, first), high.where(real, first), corners], -1).sort(-1).values
    starts, stops = ends[..., :-1].contiguous(), ends[..., 1:]
    owner = (torch.searchsorted(keys, starts, right=True) - 1).clamp(min=0)
    start, stop = low.gather(-1, owner), high.gather(-1, owner)
    inside = (starts >= start) & (stops <= stop)
    cut = Panels(
        starts,
        stops.where(inside, starts),
        (starts == start) & low_is_root.gather(-1, owner),
        (stops == stop) & high_is_root.gather(-1, owner),
    )
    return without_empty(cut)


def without_empty(panels: Panels) -> Panels:
    """The panels in order, the empty ones last, and no column of empty ones only."""
    empty = panels.high <= panels.low
    order = panels.low.masked_fill(empty, torch.inf).argsort(dim=-1)
    count = most((~empty).sum(-1))
    return Panels(*(part.gather(-1, order)[..., :count] for part in panels))


def _first(marked: Tensor, count: int) -> Tensor:
    """Indices of the first `count` marked places of each row."""
    return (~marked).byte().argsort(dim=-1, stable=True)[..., :count]


def _polish(residual: Score, bracket: list[Tensor], heights: list[Tensor]) -> Tensor:
    """A root in each bracket by Ridders' method, which keeps the bracket."""
    (a, b), (fa, fb) = bracket, heights
    root = b
    for _ in range(_MOST_STEPS):
        middle = (a + b) / 2
        fm = residual(middle)
        norm = (fm.square() - fa * fb).clamp(min=0).sqrt()
        step = (middle - a) * (fa - fb).sign() * fm / norm.where(norm > 0, 1.0)
        x = middle + step
        fx = residual(x)
        settled = largest_of(x - root) <= 4 * torch.finfo(x.dtype).eps * largest_of(x)
        root = x
        if settled:
            break
        # The new bracket: between middle and x, or between x and the old end across the root.
        near = fm * fx < 0
        far, f_far = a.where(fa * fx < 0, b), fa.where(fa * fx < 0, fb)
        a, fa = middle.where(near, far), fm.where(near, f_far)
        b, fb = x, fx
    return root
