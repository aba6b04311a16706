r"""Find a kernel density's threshold and the panels of its support together.

Let excess = alpha - 1 and p = exp_(2 - alpha)(f - A), smooth in alpha down to 1, A = tau + 1 /
excess. For 1 < alpha <= 2 the norm F^excess, F the mass of p, is convex and falling in A, so that
Newton's step

    A <- A + (F / G) (1 - F^-excess) / excess,        G = integral p^(2 - alpha) dQ,

rises from below to the root without overshooting; at alpha = 1 it is A + log F, exact. Each step
integrates over the panels of {f > tau}, so that no kink is ever inside one. Derived here.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.finite.autograd import density_of
from attnkit.densities.kernel.base_measure import BaseMeasure
from attnkit.densities.kernel.deformed import deformed_log, log_deformed_exp, normaliser_of
from attnkit.densities.kernel.narrow import Marks, sharp_peaks
from attnkit.densities.kernel.panel_rules import Rule, resolved
from attnkit.densities.kernel.positive_panels import Panels, cut_at, panels_above, scan
from attnkit.validate import require_finite

__all__ = ["Found", "has_rough_ends", "heights_of", "search", "solved_on", "threshold_from"]

_TOLERANCE = 2e-10  # mass by which two rules on one panel may differ
_SETTLED = 1e-9  # Newton doubles the digits: the next step would be below rounding
_MOST_STEPS = 50
_MOST_LOST = 1e-5  # share of the density by which a score's rounding may change it
_SMOOTH_POWER = 8.0  # from here on an end is smooth enough for plain Gauss nodes

Score = Callable[[Tensor], Tensor]
Alpha = float | Tensor


class Found(NamedTuple):
    """The support, the pieces it is integrated in, their rule, a finer one, and how many scores
    were computed on the way, per density.
    """

    support: Panels
    pieces: Panels
    rule: Rule
    finer: Rule
    n_scores: int


def search(score: Score, marks: Marks, measure: BaseMeasure, alpha: Alpha) -> Found:
    """Panels and rules for the density of score(u); nothing here is in the graph."""
    counted = _Counted(score)
    places, corners = (part.clamp(measure.low, measure.high) for part in marks)
    points, values = scan(counted, measure.low, measure.high, places)
    require_finite("kernel(s, t)", values)
    normaliser = _trapezoid_normaliser(measure, points, values, alpha)
    sharp = sharp_peaks(counted, points, values, normaliser, alpha)
    if sharp.shape[-1]:
        sharp = sharp.clamp(measure.low, measure.high)
        places, corners = torch.cat([places, sharp], -1), torch.cat([corners, sharp], -1)
        points, order = torch.cat([points, sharp], -1).sort(-1)
        values = torch.cat([values, counted(sharp)], -1).gather(-1, order)
        normaliser = _trapezoid_normaliser(measure, points, values, alpha)
    _require_digits(values, normaliser, alpha)
    for _ in range(_MOST_STEPS):
        integrand = _probe(counted, measure, normaliser, alpha, values)
        level = threshold_from(normaliser, alpha, -math.inf)
        support = panels_above(counted, level, points, values)
        pieces, rule, finer = resolved(
            cut_at(support, corners) if corners.shape[-1] else support,
            integrand,
            places,
            tolerance=_TOLERANCE,
            absorb=has_rough_ends(alpha),
        )
        u, weights = rule.place(pieces)
        heights = heights_of(counted(u), measure.log_density(u), normaliser, alpha)
        mass, slope = ((weights * part).sum(-1, keepdim=True) for part in heights)
        change = -mass / slope * deformed_log(1 / mass, alpha)
        normaliser = normaliser + change
        if bool((change.abs() <= _SETTLED * (1 + normaliser.abs())).all()):
            break
    return Found(support, pieces, rule, finer, counted.count)


def _require_digits(values: Tensor, normaliser: Tensor, alpha: Alpha) -> None:
    """Refuse scores so large that their rounding moves the density."""
    largest = values.abs().amax(-1, keepdim=True)
    scale = 1 + (alpha - 1) * (values.amax(-1, keepdim=True) - normaliser)
    lost = largest * torch.finfo(values.dtype).eps / scale.clamp(min=1e-300)
    if not bool((lost <= _MOST_LOST).all()):
        raise ValueError(
            f"coefficients must give scores whose rounding the density does not see, got a score "
            f"of size {largest.max().item():.1e}, which changes the density by "
            f"{lost.max().item():.0e} of itself"
        )


def solved_on(
    values: Float[Tensor, "*batch node"],
    log_base: Float[Tensor, "..."],
    weights: Float[Tensor, "*batch node"],
    alpha: Alpha,
) -> tuple[Float[Tensor, "*batch node"], Float[Tensor, "*batch 1"]]:
    """Probability of each node, and A."""
    if _is_one(alpha):  # base densities may underflow where exp(score) makes up for it
        values, masses = values + log_base, weights
    else:
        masses = weights * log_base.exp()
    values, masses = torch.broadcast_tensors(values, masses)
    density = density_of(values, alpha, masses)
    return density * masses, normaliser_of(values, masses, density, alpha)


def heights_of(
    values: Tensor, log_base: Tensor, normaliser: Tensor, alpha: Alpha
) -> tuple[Tensor, Tensor]:
    """p and p^(2 - alpha), both times the density of the base measure."""
    log_density = log_deformed_exp(values - normaliser, alpha)
    held = log_density > -math.inf
    slopes = torch.exp((2 - alpha) * log_density.where(held, 0.0) + log_base)
    return torch.exp(log_density + log_base), slopes.where(held, 0.0)


def threshold_from(normaliser: Tensor, alpha: Alpha, at_one: float | Tensor) -> Tensor:
    """A - 1 / (alpha - 1), or `at_one` where alpha = 1."""
    if not isinstance(alpha, Tensor):
        return normaliser * 0 + at_one if alpha == 1 else normaliser - 1 / (alpha - 1)
    is_one = alpha == 1
    return torch.where(is_one, at_one, normaliser - 1 / (alpha - 1).masked_fill(is_one, 1.0))


def _probe(
    score: Score, measure: BaseMeasure, normaliser: Tensor, alpha: Alpha, values: Tensor
) -> Score:
    """p and p^2 / max p, (*batch, node, 2), for whose integrals a rule should be right."""
    peak = log_deformed_exp(values.amax(-1, keepdim=True) - normaliser, alpha)

    def integrand(u: Tensor) -> Tensor:
        log_density = log_deformed_exp(score(u) - normaliser, alpha)
        mass = torch.exp(log_density + measure.log_density(u))
        return torch.stack([mass, mass * torch.exp(log_density - peak)], -1)

    return integrand


class _Counted:
    """A score that counts the points at which it is asked for."""

    def __init__(self, score: Score):
        self.score, self.count = score, 0

    def __call__(self, u: Tensor) -> Tensor:
        self.count += u.shape[-1]
        return self.score(u)


def _is_one(alpha: Alpha) -> bool:
    return not isinstance(alpha, Tensor) and alpha == 1


def has_rough_ends(alpha: Alpha) -> bool:
    """Whether the density has, or as a learned alpha moves gets, a fractional power at its ends."""
    if isinstance(alpha, Tensor):
        return bool((alpha > 1 + 1 / _SMOOTH_POWER).any())
    power = 1 / max(alpha - 1, 1e-9)
    return power < _SMOOTH_POWER and abs(power - round(power)) > 1e-9


def _trapezoid_normaliser(
    measure: BaseMeasure, points: Tensor, values: Tensor, alpha: Alpha
) -> Float[Tensor, "*batch 1"]:
    """A of the density on the scanned points."""
    gaps = points.diff(dim=-1) / 2
    weights = torch.nn.functional.pad(gaps, (0, 1)) + torch.nn.functional.pad(gaps, (1, 0))
    return solved_on(values, measure.log_density(points), weights, alpha)[1]
