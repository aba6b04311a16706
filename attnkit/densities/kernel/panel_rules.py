"""Gauss rules on panels, with as many nodes as the change from one rule to the next asks for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from attnkit.densities.kernel.positive_panels import Panels

__all__ = ["Rule", "resolved"]

LEVELS = (4, 6, 8, 10, 12, 14, 16, 20, 24, 32, 48)
_MOST_HALVINGS, _MOST_PIECES = 30, 1000
_OVERLOOKED = 1e-6  # a bump of this height times the panel's length must not pass unseen

Integrand = Callable[[Tensor], Tensor]


class Rule(NamedTuple):
    """Nodes at fractions of panels, with weights per length; weights of zero pad."""

    panel: Int[Tensor, "*batch node"]
    fraction: Float[Tensor, "*batch node"]
    weight: Float[Tensor, "*batch node"]

    def place(self, panels: Panels) -> tuple[Tensor, Tensor]:
        """Nodes and weights, differentiable in the ends of the panels."""
        low, high = (end.gather(-1, self.panel) for end in panels[:2])
        return low + (high - low) * self.fraction, (high - low) * self.weight

    def halved(self) -> Rule:
        """The same rule on both halves of every panel."""
        fraction, weight = self.fraction / 2, self.weight / 2
        halves = torch.cat([fraction, fraction + 0.5], -1)
        return Rule(
            torch.cat([self.panel, self.panel], -1), halves, torch.cat([weight, weight], -1)
        )


def resolved(
    panels: Panels,
    integrand: Integrand,
    marks: Float[Tensor, "*batch mark"],
    *,
    tolerance: float,
    absorb: bool,
) -> tuple[Panels, Rule, Rule]:
    """Pieces of the panels, a rule on them, and the next finer one to check it by.

    A piece that even the finest rule leaves unsettled, or whose nodes do not foretell the integrand
    at some mark, is cut at the mark nearest to its middle, or in the middle. With `absorb`, ends
    that are roots get the map whose derivative has a double zero there, for integrands with a
    fractional power.
    """
    for _ in range(_MOST_HALVINGS):
        kinds = _kinds(panels, absorb)
        values = torch.stack(
            [_integral(panels, integrand, kinds, level) for level in range(len(LEVELS))]
        )
        slack = tolerance * values[-1].sum(-1, keepdim=True)
        settled = (values.diff(dim=0).abs() <= slack) & (
            (values[:-1] - values[-1]).abs() <= 2 * slack
        )
        unsettled = ~settled.any(0) | _overlooks(panels, integrand, marks)
        if not bool(unsettled.any()) or unsettled.shape[-1] > _MOST_PIECES:
            break
        panels = _cut(panels, unsettled, marks)
    level = settled.byte().argmax(0).where(~unsettled, len(LEVELS) - 2)
    return panels, _rule(panels, kinds, level), _rule(panels, kinds, level + 1)


def _kinds(panels: Panels, absorb: bool) -> Tensor:
    """0: plain, 1: root at the low end, 2: at the high end, 3: at both."""
    kinds = panels.low_is_root.long() + 2 * panels.high_is_root.long()
    return kinds if absorb else torch.zeros_like(kinds)


def _integral(panels: Panels, integrand: Integrand, kinds: Tensor, level: int) -> Tensor:
    fraction, weight = (part.to(panels.low.device)[kinds, level] for part in _table())
    fraction, weight = fraction[..., : LEVELS[level]], weight[..., : LEVELS[level]]
    length = (panels.high - panels.low).unsqueeze(-1)
    points = panels.low.unsqueeze(-1) + length * fraction
    heights = integrand(points.flatten(-2)).reshape(points.shape)
    return (heights * length * weight).sum(-1)


def _overlooks(panels: Panels, integrand: Integrand, marks: Tensor) -> Tensor:
    """Whether the polynomial through the finest rule's nodes misses the integrand at a mark.

    Between nodes all rules could agree that there is nothing; narrow bumps sit at marks.
    """
    nodes, weights = (part[0, -1].to(marks.device) for part in _table())
    signs = 1 - 2 * (torch.arange(len(nodes), device=marks.device) % 2)
    barycentric = signs * (nodes * (1 - nodes) * weights).sqrt()
    low, length = panels.low.unsqueeze(-1), (panels.high - panels.low).unsqueeze(-1)
    heights = integrand((low + length * nodes).flatten(-2)).reshape(*low.shape[:-1], -1)
    places = (marks.unsqueeze(-2) - low) / length.where(length > 0, 1.0)
    inside = (places > 0) & (places < 1)
    away = places.unsqueeze(-1) - nodes
    terms = barycentric / away.where(away != 0, 1e-12)
    foretold = (terms * heights.unsqueeze(-2)).sum(-1) / terms.sum(-1)
    missed = (foretold - integrand(marks).unsqueeze(-2)).abs() * length > _OVERLOOKED
    return (missed & inside).any(-1)


def _cut(panels: Panels, where: Bool[Tensor, "*batch panel"], marks: Tensor) -> Panels:
    """Cut the panels `where`; the others stay, beside an empty one."""
    low, high, low_is_root, high_is_root = panels
    middle = (low + high) / 2
    away = (marks.unsqueeze(-2) - middle.unsqueeze(-1)).abs()
    inside = away < (0.5 - 1e-6) * (high - low).unsqueeze(-1)
    away = away.where(inside, torch.inf)
    nearest = away.argmin(-1)
    mark = marks.expand(*low.shape[:-1], -1).gather(-1, nearest)
    at = mark.where(inside.any(-1), middle).where(where, high)
    no = torch.zeros_like(where)
    cut = Panels(
        torch.cat([low, at], -1),
        torch.cat([at, high], -1),
        torch.cat([low_is_root, no], -1),
        torch.cat([high_is_root & ~where, high_is_root & where], -1),
    )
    return _without_empty(cut)


def _without_empty(panels: Panels) -> Panels:
    """The panels in order, the empty ones last, and no column of empty ones only."""
    empty = panels.high <= panels.low
    order = panels.low.masked_fill(empty, torch.inf).argsort(dim=-1)
    count = int((~empty).sum(-1).max())
    return Panels(*(part.gather(-1, order)[..., :count] for part in panels))


def _rule(panels: Panels, kinds: Tensor, level: Tensor) -> Rule:
    """The nodes of all pieces in one row, without the padding that no row needs."""
    fraction, weight = (part.to(panels.low.device)[kinds, level] for part in _table())
    which = torch.arange(kinds.shape[-1], device=kinds.device).unsqueeze(-1)
    used = (weight > 0) & (panels.high > panels.low).unsqueeze(-1)
    order = (~used).flatten(-2).byte().argsort(dim=-1, stable=True)
    order = order[..., : int(used.sum((-1, -2)).max())]
    parts = (which.expand_as(fraction), fraction, weight.where(used, 0.0))
    return Rule(*(part.flatten(-2).gather(-1, order) for part in parts))


@functools.cache
def _table() -> tuple[Tensor, Tensor]:
    """Fractions and weights by kind, level and node; unused places have weight zero."""
    fractions = torch.zeros(4, len(LEVELS), LEVELS[-1], dtype=torch.float64)
    weights = torch.zeros_like(fractions)
    for level, count in enumerate(LEVELS):
        nodes, gauss = np.polynomial.legendre.leggauss(count)
        v, w = torch.from_numpy(nodes + 1) / 2, torch.from_numpy(gauss) / 2
        both = v**3 * (10 - 15 * v + 6 * v**2), 30 * (v * (1 - v)) ** 2
        maps = [(v, 1.0), (v**3, 3 * v**2), (1 - (1 - v) ** 3, 3 * (1 - v) ** 2), both]
        for kind, (fraction, slope) in enumerate(maps):
            fractions[kind, level, :count] = fraction
            weights[kind, level, :count] = w * slope
    return fractions, weights
