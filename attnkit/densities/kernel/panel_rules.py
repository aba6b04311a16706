"""Gauss rules on panels, with as many nodes as the change from one rule to the next asks for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from attnkit.densities.kernel.positive_panels import Panels, without_empty
from attnkit.densities.shared.estimate import most

__all__ = ["Rule", "fixed_rules", "resolved"]

LEVELS = (4, 6, 8, 10, 12, 14, 16, 20, 24, 32, 48)
_MOST_HALVINGS, _MOST_PIECES = 60, 1000
_OVERLOOKED = 1e-6  # share of the mass: height of a bump, times the panel's length, that may hide

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

    `integrand` gives several heights (*batch, node, height), of which the first is looked at at the
    marks; all must settle, since the error of a single one may vanish by accident.
    A piece that even the finest rule leaves unsettled, or whose nodes do not foretell the integrand
    at some mark, is cut at the mark nearest to its middle, or in the middle. With `absorb`, ends
    that are roots get the map whose derivative has a double zero there, for integrands with a
    fractional power.
    """
    for halving in range(_MOST_HALVINGS + 1):
        kinds = _kinds(panels, absorb)
        values = torch.stack(
            [_integral(panels, integrand, kinds, level) for level in range(len(LEVELS))]
        )
        totals = values[-1].sum(-2, keepdim=True)
        settled = _settled(values, tolerance * totals)
        overlooked = _overlooks(panels, integrand, marks, _OVERLOOKED * totals[..., 0])
        unsettled = ~settled.any(0) | overlooked
        enough = halving == _MOST_HALVINGS or most(unsettled.sum(-1)) > _MOST_PIECES
        if enough or not bool(unsettled.any()):
            break
        panels = _cut(panels, unsettled, marks)
    _require_seen(panels, overlooked)
    level = settled.byte().argmax(0).where(~unsettled, len(LEVELS) - 2)
    return panels, _rule(panels, kinds, level), _rule(panels, kinds, level + 1)


def fixed_rules(panels: Panels, *, absorb: bool) -> tuple[Rule, Rule]:
    """The two finest rules on every panel, whatever is integrated."""
    kinds = _kinds(panels, absorb)
    level = torch.full_like(kinds, len(LEVELS) - 2)
    return _rule(panels, kinds, level), _rule(panels, kinds, level + 1)


def _settled(values: Float[Tensor, "level *batch panel height"], slack: Tensor) -> Tensor:
    """Whether a level agrees with the next and with the last, in every height."""
    near = values.diff(dim=0).abs() <= slack
    return (near & ((values[:-1] - values[-1]).abs() <= 2 * slack)).all(-1)


def _require_seen(panels: Panels, overlooked: Tensor) -> None:
    if bool(overlooked.any()):
        length = (panels.high - panels.low)[overlooked].max().item()
        raise ValueError(
            f"kernel must not be so narrow, or so rough, about its centers: after "
            f"{_MOST_HALVINGS} halvings nodes {length / LEVELS[-1]:.1e} apart do not foretell it"
        )


def _kinds(panels: Panels, absorb: bool) -> Tensor:
    """0: plain, 1: root at the low end, 2: at the high end, 3: at both."""
    kinds = panels.low_is_root.long() + 2 * panels.high_is_root.long()
    return kinds if absorb else torch.zeros_like(kinds)


def _integral(panels: Panels, integrand: Integrand, kinds: Tensor, level: int) -> Tensor:
    fraction, weight = (part.to(panels.low.device)[kinds, level] for part in _table())
    fraction, weight = fraction[..., : LEVELS[level]], weight[..., : LEVELS[level]]
    length = (panels.high - panels.low).unsqueeze(-1)
    points = panels.low.unsqueeze(-1) + length * fraction
    heights = integrand(points.flatten(-2)).unflatten(-2, points.shape[-2:])
    return (heights * (length * weight).unsqueeze(-1)).sum(-2)


def _overlooks(
    panels: Panels, integrand: Integrand, marks: Tensor, slack: Float[Tensor, "*batch 1"]
) -> Bool[Tensor, "*batch panel"]:
    """Whether the polynomial through the finest rule's nodes misses the integrand at a mark.

    Between nodes all rules could agree that there is nothing; narrow bumps sit at marks. A mark at
    the end of a panel counts for the panels on both its sides.
    """
    nodes, weights = (part[0, -1].to(marks.device) for part in _table())
    signs = 1 - 2 * (torch.arange(len(nodes), device=marks.device) % 2)
    barycentric = signs * (nodes * (1 - nodes) * weights).sqrt()
    low, length = panels.low.unsqueeze(-1), (panels.high - panels.low).unsqueeze(-1)
    heights = integrand((low + length * nodes).flatten(-2))[..., 0]
    heights = heights.unflatten(-1, (low.shape[-2], len(nodes)))
    wanted = integrand(marks)[..., 0]
    found = torch.zeros_like(panels.low, dtype=torch.bool)
    for owner in _owners(panels, marks):
        start, extent = (part.squeeze(-1).gather(-1, owner) for part in (low, length))
        place = (marks - start) / extent.where(extent > 0, 1.0)
        away = place.unsqueeze(-1) - nodes
        terms = barycentric / away.where(away != 0, 1e-12)
        at_nodes = heights.gather(-2, owner.unsqueeze(-1).expand(*owner.shape, len(nodes)))
        foretold = (terms * at_nodes).sum(-1) / terms.sum(-1)
        missed = (foretold - wanted).abs() * extent > slack
        missed &= (place >= 0) & (place <= 1)
        found = found.byte().scatter_reduce(-1, owner, missed.byte(), "amax").bool()
    return found


def _owners(panels: Panels, marks: Tensor) -> list[Tensor]:
    """The last panel that starts at or before each mark, and the first that ends at or after it."""
    empty = panels.high <= panels.low
    starts, stops = (end.masked_fill(empty, torch.inf).contiguous() for end in panels[:2])
    last = torch.searchsorted(starts, marks.contiguous(), right=True) - 1
    first = torch.searchsorted(stops, marks.contiguous())
    return [which.clamp(0, starts.shape[-1] - 1) for which in (last, first)]


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
    return without_empty(cut)


def _rule(panels: Panels, kinds: Tensor, level: Tensor) -> Rule:
    """The nodes of all pieces in one row, without the padding that no row needs."""
    fraction, weight = (part.to(panels.low.device)[kinds, level] for part in _table())
    which = torch.arange(kinds.shape[-1], device=kinds.device).unsqueeze(-1)
    used = (weight > 0) & (panels.high > panels.low).unsqueeze(-1)
    order = (~used).flatten(-2).byte().argsort(dim=-1, stable=True)
    order = order[..., : most(used.sum((-1, -2)))]
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
