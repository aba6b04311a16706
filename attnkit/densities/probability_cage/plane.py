"""Whether a point of the plane lies in the hull of others, and the hull's corners."""

import math

import torch
from torch import Tensor

__all__ = ["hull", "inside_hull"]


def inside_hull(point: Tensor, others: Tensor) -> bool:
    """Whether no line through the point (2,) has all the others (n, 2) strictly on one side."""
    angles = torch.atan2(*(others - point).double().T.flip(0)).sort().values
    turned = torch.cat([angles[1:], angles[:1] + 2 * math.pi])
    return bool((turned - angles).max() <= math.pi)


def hull(points: Tensor) -> Tensor:
    """Corners (corner, 2) of the hull in order, the first again at the end."""
    ordered = sorted(map(tuple, points.tolist()))
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    corners = lower[:-1] + upper
    return torch.tensor(corners, dtype=torch.float64)


def _chain(ordered: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The corners from the first to the last that keep turning left."""
    kept: list[tuple[float, float]] = []
    for x, y in ordered:
        while len(kept) > 1 and _turn(kept[-2], kept[-1], (x, y)) <= 0:
            kept.pop()
        kept.append((x, y))
    return kept


def _turn(a, b, c) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
