r"""A kernel density's nodes, which follow the parameters so that second derivatives are right.

The search for them is outside the graph. Afterwards each end of a panel takes one Newton step on
f - tau that is in the graph, with tau solved on the nodes at rest. That makes the ends right to
first order, and since the density vanishes there, every expectation right to second order; with
ends at rest the second derivative would lack what the boundary contributes. Derived here.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.kernel.base_measure import BaseMeasure
from attnkit.densities.kernel.deformed import deformed_log, log_deformed_exp
from attnkit.densities.kernel.narrow import Marks
from attnkit.densities.kernel.panel_rules import Rule, fixed_rules
from attnkit.densities.kernel.positive_panels import Panels, cut_at
from attnkit.densities.kernel.support_search import (
    has_rough_ends,
    heights_of,
    search,
    solved_on,
    threshold_from,
)
from attnkit.densities.shared.estimate import Estimate, Function, largest_of, values_at, weighted
from attnkit.densities.shared.unseen import FAINT, corners_about, hidden_peaks

__all__ = ["KernelQuadrature"]

_MOST_HALVINGS, _MOST_LOOKS = 5, 9


class _Nodes(NamedTuple):
    u: Float[Tensor, "*batch node"]
    values: Float[Tensor, "*batch node"]
    shares: Float[Tensor, "*batch node"]
    normaliser: Float[Tensor, "*batch 1"]


class _Plan(NamedTuple):
    """Pieces at rest, the same with ends that move, a rule on them, and a finer one."""

    pieces: Panels
    ends: Panels
    rule: Rule
    finer: Rule

    def halved(self) -> _Plan:
        """The same with both rules on the halves of every piece."""
        return self._replace(rule=self.rule.halved(), finer=self.finer.halved())


class KernelQuadrature:
    """Nodes, their probabilities and the threshold for score(u) and a base measure."""

    def __init__(
        self,
        score: Function,
        marks: Marks,
        measure: BaseMeasure,
        alpha: float | Tensor,
    ):
        self._score, self._measure, self._alpha = score, measure, alpha
        with torch.no_grad():
            if not measure.bounded:
                measure.cut_to(score, alpha, marks.places)
            self.found = search(score, marks, measure, alpha)
        self._ends = self.found.pieces
        self._nodes = self._solved(self._ends, self.found.rule)
        if self._nodes.normaliser.requires_grad:
            self._ends = self._moving(self.found.pieces)
            self._nodes = self._solved(self._ends, self.found.rule)

    @property
    def n_nodes(self) -> Tensor:
        """How many nodes each density has."""
        return (self.found.rule.weight > 0).sum(-1)

    @property
    def threshold(self) -> Float[Tensor, "*batch"]:
        """Tau; at alpha = 1 the log-normaliser."""
        normaliser = self._nodes.normaliser
        return threshold_from(normaliser, self._alpha, normaliser).squeeze(-1)

    def log_density(self, values: Float[Tensor, "*batch time"]) -> Float[Tensor, "*batch time"]:
        """log p with respect to the base measure, where the score has these values."""
        return log_deformed_exp(values - self._nodes.normaliser, self._alpha)

    def expectation(self, function: Function, tolerance: float) -> Estimate:
        """E_p[function(t)], its change under the finer rule, and the mass by that rule.

        Pieces are cut about peaks of the function that their nodes miss. All are halved, a few
        times at most, until the change is within the tolerance.
        """
        plan = self._plan_for(function)
        for _ in range(_MOST_HALVINGS):
            estimate = self._estimate(function, plan)
            if bool((estimate.error <= tolerance * (1 + estimate.value.abs())).all()):
                break
            plan = plan.halved()
        return estimate

    def _plan_for(self, function: Function) -> _Plan:
        plan = _Plan(self.found.pieces, self._ends, self.found.rule, self.found.finer)
        with torch.no_grad():
            corners = self._corners(function)
        if corners is None:
            return plan
        pieces = cut_at(plan.pieces, corners.clamp(self._measure.low, self._measure.high))
        rules = fixed_rules(pieces, absorb=has_rough_ends(self._alpha))
        moves = self._nodes.normaliser.requires_grad
        return _Plan(pieces, self._moving(pieces) if moves else pieces, *rules)

    def _corners(self, function: Function) -> Tensor | None:
        """Where to cut for what the function hides from the nodes; None where it hides nothing."""

        def of_u(u: Tensor):
            return function(self._measure.points(u))

        rule = self.found.rule
        for _ in range(_MOST_LOOKS):
            u, _ = rule.place(self.found.pieces)
            values = values_at(of_u, u, u.shape)
            if largest_of(values) > FAINT:
                break
            rule = rule.halved()
        peaks = hidden_peaks(of_u, u, values)
        return None if peaks is None else corners_about(of_u, peaks)

    def _estimate(self, function: Function, plan: _Plan) -> Estimate:
        known = plan.rule is self.found.rule
        nodes = self._nodes if known else self._solved(plan.ends, plan.rule)
        values = values_at(function, self._measure.points(nodes.u), nodes.u.shape)
        if nodes.u.requires_grad and not values.requires_grad:
            nodes = self._solved(plan.pieces, plan.rule)
        value = weighted(nodes.shares, values)
        with torch.no_grad():
            u, shares = self._same_density_on(plan)
            change = value - weighted(shares, function(self._measure.points(u)))
        return Estimate(value, change.abs(), shares.sum(-1))

    def entropy(self) -> Float[Tensor, "*batch"]:
        """-E_p[deformed log p] / alpha."""
        log_density = self.log_density(self._nodes.values)
        density = log_density.masked_fill(self._nodes.shares <= 0, 0.0).exp()
        mean = (self._nodes.shares * deformed_log(density, self._alpha)).sum(-1, keepdim=True)
        return (-mean / self._alpha).squeeze(-1)

    def escort_covariance(
        self, first: Function, second: Function, tolerance: float
    ) -> Float[Tensor, "*batch"]:
        """|e| Cov(first, second) under the escort density, on pieces halved until it settles."""
        rule = self.found.rule
        covariance = self._escort_covariance(first, second, self._nodes)
        for _ in range(_MOST_HALVINGS):
            rule, coarse = rule.halved(), covariance
            covariance = self._escort_covariance(first, second, self._solved(self._ends, rule))
            change = (covariance - coarse).abs()
            if bool((change <= tolerance * (1 + covariance.abs())).all()):
                break
        return covariance

    def _escort_covariance(self, first: Function, second: Function, nodes: _Nodes) -> Tensor:
        log_density = self.log_density(nodes.values).masked_fill(nodes.shares <= 0, 0.0)
        escorts = nodes.shares * torch.exp((1 - self._alpha) * log_density)
        points = self._measure.points(nodes.u)
        a, b = first(points), second(points)
        mean = (escorts * a).sum(-1, keepdim=True) / escorts.sum(-1, keepdim=True)
        return (escorts * (a - mean) * b).sum(-1)

    def support_intervals(self) -> list:
        """Lists of (low, high), nested as the batch."""
        panels, (low, high) = self.found.support, self._measure.domain
        starts = self._measure.points(panels.low).masked_fill(~panels.low_is_root, low)
        stops = self._measure.points(panels.high).masked_fill(~panels.high_is_root, high)
        counts = (panels.high > panels.low).sum(-1)
        return _intervals(torch.stack([starts, stops], -1).tolist(), counts.tolist())

    def _solved(self, pieces: Panels, rule: Rule) -> _Nodes:
        u, weights = rule.place(pieces)
        values = self._score(u)
        shares, normaliser = solved_on(values, self._measure.log_density(u), weights, self._alpha)
        return _Nodes(u, values, shares, normaliser)

    def _moving(self, pieces: Panels) -> Panels:
        """The same pieces, with ends at roots that follow the parameters."""
        level = threshold_from(self._nodes.normaliser, self._alpha, 0.0)
        low = self._moving_ends(pieces.low, pieces.low_is_root, level)
        high = self._moving_ends(pieces.high, pieces.high_is_root, level)
        return pieces._replace(low=low, high=high)

    def _moving_ends(self, ends: Tensor, is_root: Tensor, level: Tensor) -> Tensor:
        with torch.enable_grad():
            free = ends.detach().requires_grad_()
            (slope,) = torch.autograd.grad(self._score(free).sum(), free)
        usable = is_root & (slope != 0)
        step = (self._score(ends) - level) / slope.where(usable, 1.0)
        return ends - step.where(usable, 0.0)

    def _same_density_on(self, plan: _Plan) -> tuple[Tensor, Tensor]:
        """Nodes of the finer rule and their probabilities with the same threshold."""
        u, weights = plan.finer.place(plan.pieces)
        log_base = self._measure.log_density(u)
        heights, _ = heights_of(self._score(u), log_base, self._nodes.normaliser, self._alpha)
        return u, heights * weights


def _intervals(ends: list, counts: list | int) -> list:
    if isinstance(counts, int):
        return [(low, high) for low, high in ends[:counts]]
    return [_intervals(*pair) for pair in zip(ends, counts, strict=True)]
