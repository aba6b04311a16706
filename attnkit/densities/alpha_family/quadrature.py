r"""Expectations under the alpha family on the line.

Three functions, from fast to careful: `expectation` is one Gauss rule over the whole line,
`conditional_expectation` cuts a domain into as many panels as it is told, and
`adaptive_expectation` into as many as the error asks for. No moment is ever subtracted from
another, so nothing cancels, however narrow the density.
"""

import math
from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.alpha_family.gauss_rules import gauss_rule
from attnkit.densities.alpha_family.line import spread_squared
from attnkit.densities.alpha_family.line_piece import Piece
from attnkit.densities.alpha_family.panels import Panels, even_panels, refined_panels
from attnkit.densities.estimate import (
    Estimate,
    Function,
    align,
    estimate,
    largest_of,
    positive,
    values_at,
    weighted,
)
from attnkit.validate import require_finite, require_floating, require_number

__all__ = [
    "Estimate",
    "adaptive_expectation",
    "conditional_expectation",
    "expectation",
    "gauss_rule",
]

# Nodes of each panel whose values are compared with those at twice as many.
_N_NODES = 16
_FIRST_PANELS = 8


def expectation(
    function: Function,
    location: Float[Tensor, "*batch"],
    score_variance: Float[Tensor, "*batch"],
    alpha: float | Tensor,
    *,
    n_nodes: int = 32,
) -> Estimate:
    """E_p[function(t)] over the whole line, with the error seen by doubling the nodes.

    `function` maps points (..., node) to values (..., node, features); the value has shape (...,
    features). Wants a function that is smooth on the scale of the density; for narrow ones use
    `adaptive_expectation`. The rule of `gauss_rule`, derived here.

    Raises
    ------
    ValueError
        For a non-positive score_variance or alpha < 1.
    """
    location, score_variance, dtype = _working(location, score_variance)
    spread = spread_squared(score_variance, alpha).sqrt()

    def integrate(count: int) -> Tensor:
        nodes, weights = (part.to(spread) for part in gauss_rule(alpha, count))
        points = location.unsqueeze(-1) + spread.unsqueeze(-1) * nodes
        return weighted(weights.expand_as(points), values_at(function, points, points.shape))

    # An odd number of nodes has one at the centre, where a narrow function would hide from both.
    coarse, fine = integrate(n_nodes), integrate(2 * n_nodes + 1)
    return estimate(coarse, fine, torch.ones_like(location), dtype)


def conditional_expectation(
    function: Function,
    location: Float[Tensor, "*batch"],
    score_variance: Float[Tensor, "*batch"],
    alpha: float | Tensor,
    *,
    domain: tuple[float, float] = (0.0, 1.0),
    n_panels: int = 4,
) -> Estimate:
    """E_p[function(t) | t in domain] by panels, and the mass of p inside the domain.

    The part of the support inside the domain is cut in `n_panels`, each with 16 and then 32
    Gauss-Legendre nodes in the angle arcsin(x / x_max), which takes the edge of the density away.
    `function` as in `expectation`. Where no mass is inside, the value is zero, with zero gradient.
    Derived here.

    Raises
    ------
    ValueError
        For an empty domain, a non-positive score_variance or alpha < 1.
    """
    require_number("n_panels", n_panels, low=1)
    location, score_variance, dtype = _working(location, score_variance)
    piece = Piece.of(location, score_variance, alpha, domain)
    return _conditional(function, piece, even_panels(n_panels, piece.start), dtype)


def adaptive_expectation(
    function: Function,
    location: Float[Tensor, "*batch"],
    score_variance: Float[Tensor, "*batch"],
    alpha: float | Tensor,
    *,
    domain: tuple[float, float] = (-math.inf, math.inf),
    tolerance: float = 1e-9,
    max_panels: int = 256,
) -> Estimate:
    """As `conditional_expectation`, with the panels that the function and the density ask for.

    From 8 panels on, each is halved while its error, as a share of the largest value met and of
    the mass in the domain, is above `tolerance` (or some rounding errors, if that is more) for
    any density of the batch, up to `max_panels`; the batch shares them. The error that is left is
    reported. A function that is zero at all of the first 384 nodes is taken for zero.
    """
    require_number("tolerance", tolerance, low=0.0)
    require_number("max_panels", max_panels, low=_FIRST_PANELS)
    location, score_variance, dtype = _working(location, score_variance)
    piece = Piece.of(location, score_variance, alpha, domain)
    tolerance = max(tolerance, 8 * torch.finfo(piece.start.dtype).eps)
    first = even_panels(_FIRST_PANELS, piece.start)
    with torch.no_grad():
        local = _local_error(function, piece, first)
        panels = refined_panels(first, local, tolerance=tolerance, max_panels=max_panels)
    return _conditional(function, piece, panels, dtype)


def on_line(
    function: Function,
    location: Float[Tensor, "*batch 1"],
    score_variance: Float[Tensor, "*batch"],
    alpha: Tensor,
    domain: tuple | None,
    tolerance: float,
) -> Estimate:
    """As `adaptive_expectation`, for points (..., node, 1) and a domain that may hold one pair."""
    whole = (-math.inf, math.inf)
    ends = whole if domain is None else domain[0] if len(domain) == 1 else domain
    return adaptive_expectation(
        lambda points: function(points.unsqueeze(-1)),
        location.squeeze(-1),
        score_variance,
        alpha,
        domain=ends,
        tolerance=tolerance,
    )


def _per_panel(
    function: Function, piece: Piece, panels: Panels, n_nodes: int
) -> tuple[Tensor, Tensor]:
    """Integrals of the function (*batch, panel, *feature) and of one (*batch, panel)."""
    points, masses = piece.nodes(panels, n_nodes)
    flat = points.flatten(-2)
    values = values_at(function, flat, flat.shape).unflatten(points.ndim - 2, points.shape[-2:])
    return weighted(masses, values), masses.sum(-1)


def _conditional(function: Function, piece: Piece, panels: Panels, dtype: torch.dtype) -> Estimate:
    def integrate(n_nodes: int) -> tuple[Tensor, Tensor]:
        integrals, masses = _per_panel(function, piece, panels, n_nodes)
        mass, total = masses.sum(-1), integrals.sum(masses.ndim - 1)
        return total / align(positive(mass), total), mass

    with torch.no_grad():
        coarse, _ = integrate(_N_NODES)
    fine, mass = integrate(2 * _N_NODES)
    return estimate(coarse, fine, mass, dtype)


def _local_error(
    function: Function, piece: Piece, first: Panels
) -> Callable[[Panels], Float[Tensor, " panel"]]:
    """The error of a panel, relative to the mass and to the largest value, over the batch."""
    points, masses = piece.nodes(first, 2 * _N_NODES)
    points = points.flatten(-2)
    largest = positive(largest_of(values_at(function, points, points.shape)))
    total = positive(masses.sum((-2, -1)))

    def error(panels: Panels) -> Float[Tensor, " panel"]:
        coarse, fine = (_per_panel(function, piece, panels, n * _N_NODES) for n in (1, 2))
        changes = [
            ((a - b).abs() / align(total.unsqueeze(-1), a)).unsqueeze(-1).movedim(total.ndim, 0)
            for a, b in zip(coarse, fine, strict=True)
        ]
        nothing = total.new_zeros(len(panels), 1)  # an empty batch has no error
        changes = [changes[0].flatten(1) / largest, changes[1].flatten(1)]
        return torch.cat([nothing, *changes], dim=1).amax(1)

    return error


def _working(location: Tensor, score_variance: Tensor) -> tuple[Tensor, Tensor, torch.dtype]:
    """Both in at least float32, and the dtype to hand back."""
    require_floating("location", location)
    require_floating("score_variance", score_variance)
    require_finite("location", location)
    dtype = torch.promote_types(location.dtype, score_variance.dtype)
    wide = torch.promote_types(dtype, torch.float32)
    return location.to(wide), score_variance.to(wide), dtype
