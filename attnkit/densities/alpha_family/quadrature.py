r"""Expectations under the alpha family on the line.

Three functions, from fast to careful: `expectation` is one Gauss rule over the whole line,
`conditional_expectation` cuts a domain into as many panels as it is told, and
`adaptive_expectation` into as many as the error asks for. No moment is ever subtracted from
another, so nothing cancels, however narrow the density.
"""

import math
from collections.abc import Callable
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.densities.alpha_family.gauss_rules import gauss_rule
from attnkit.densities.alpha_family.line import spread_squared
from attnkit.densities.alpha_family.line_piece import Piece
from attnkit.densities.alpha_family.panels import Panels, even_panels, refined_panels
from attnkit.densities.shared.arguments import (
    MOST_NODES,
    AlphaPerRow,
    Domain,
    Tolerance,
    WholeNumber,
)
from attnkit.densities.shared.estimate import (
    Estimate,
    Function,
    align,
    estimate,
    largest_of,
    positive,
    values_at,
    weighted,
)
from attnkit.densities.shared.unseen import FAINT, corners_about, hidden_peaks, with_unseen
from attnkit.precision import outside_autocast

__all__ = ["adaptive_expectation", "conditional_expectation", "expectation", "on_line"]

Pair = tuple[Tensor, Tensor]
Location = Annotated[Float[Tensor, "*#batch"], Finite()]
ScoreVariance = Annotated[Float[Tensor, "*#batch"], Range(0.0, open=True)]

# Nodes of each panel whose values are compared with those at twice as many.
_N_NODES = 16
_FIRST_PANELS = 8
_LOOKS = (8, 32, 128, 512, 2048)  # panels, until the function is not zero at every node


@checked
@outside_autocast
def expectation(
    function: Function,
    location: Location,
    score_variance: ScoreVariance,
    alpha: AlphaPerRow,
    *,
    n_nodes: Annotated[int, Range(1, 512)] = 32,
) -> Estimate:
    """E_p[function(t)] over the whole line, with the error seen by doubling the nodes.

    Wants a function that is smooth on the scale of the density; for narrow ones use
    `adaptive_expectation`: a peak between two nodes is not in the value, and is in the error only
    where its flanks reach a node. Gauss's rule of the family, derived here.

    Parameters
    ----------
    function : callable
        From points (..., node) to values ``(..., node, *feature)``.
    location, score_variance : Tensor
        (...), which broadcast; the score variance is positive.
    alpha : float or Tensor
        At least 1; a tensor broadcasts with them.
    n_nodes : int
        Nodes of the coarser rule.

    Returns
    -------
    An `Estimate`; its value has the shape ``(..., *feature)``.

    Raises
    ------
    ValueError
        For a non-positive score_variance or alpha < 1.
    """
    location, score_variance, dtype = _working(location, score_variance)
    spread = spread_squared(score_variance, alpha).sqrt()

    def nodes(count: int) -> tuple[Tensor, Tensor]:
        nodes, weights = (part.to(spread) for part in gauss_rule(alpha, count))
        points = location.unsqueeze(-1) + spread.unsqueeze(-1) * nodes
        return points, weights.expand_as(points)

    return _compared(function, nodes(n_nodes), nodes(2 * n_nodes + 1), dtype)


@checked
@outside_autocast
def conditional_expectation(
    function: Function,
    location: Location,
    score_variance: ScoreVariance,
    alpha: AlphaPerRow,
    *,
    domain: Domain = (0.0, 1.0),
    n_panels: WholeNumber = 4,
) -> Estimate:
    """E_p[function(t) | t in domain] by panels, and the mass of p inside the domain.

    The part of the support inside the domain is cut in `n_panels`, each with 16 and then 32
    Gauss-Legendre nodes in the angle arcsin(x / x_max), which takes the edge of the density away.
    Where no mass is inside, the value is zero, with zero gradient. Derived here.

    Parameters
    ----------
    function : callable
        From points (..., node) to values ``(..., node, *feature)``.
    location, score_variance : Tensor
        (...), which broadcast; the score variance is positive.
    alpha : float or Tensor
        At least 1; a tensor broadcasts with them.
    domain : tuple
        (low, high), which may be infinite.
    n_panels : int
        Panels of equal length in that angle.

    Returns
    -------
    An `Estimate`; its value has the shape ``(..., *feature)``.

    Raises
    ------
    ValueError
        For an empty domain, a non-positive score_variance or alpha < 1.
    """
    location, score_variance, dtype = _working(location, score_variance)
    piece = Piece.of(location, score_variance, alpha, domain)
    return _conditional(function, piece, even_panels(n_panels, piece.start), dtype)


@checked
@outside_autocast
def adaptive_expectation(
    function: Function,
    location: Location,
    score_variance: ScoreVariance,
    alpha: AlphaPerRow,
    *,
    domain: Domain = (-math.inf, math.inf),
    tolerance: Tolerance = 1e-9,
    max_panels: Annotated[int, Range(_FIRST_PANELS, MOST_NODES)] = 256,
) -> Estimate:
    """E_p[function(t) | t in domain] by the panels that the function and the density ask for.

    From 8 panels on, each is halved while its error, as a share of the largest value met and of
    the mass in the domain, is above `tolerance` (or some rounding errors, if that is more) for
    any density of the batch, up to `max_panels`; the batch shares them. The error that is left is
    reported. A function narrower than the first nodes is found where it leaves a trace at one of
    them; one that is zero at 65,536 nodes, or hides beside a wide one, is not. Derived here.

    Parameters
    ----------
    function : callable
        From points (..., node) to values ``(..., node, *feature)``.
    location, score_variance : Tensor
        (...), which broadcast; the score variance is positive.
    alpha : float or Tensor
        At least 1; a tensor broadcasts with them.
    domain : tuple
        (low, high), which may be infinite.
    tolerance : float
        Not negative.
    max_panels : int
        At least 8.

    Returns
    -------
    An `Estimate`; its value has the shape ``(..., *feature)``.

    Raises
    ------
    TypeError
        For locations that are not floating point, or a function that returns no tensor.
    ValueError
        For an empty domain, a non-positive score_variance or alpha < 1.
    """
    location, score_variance, dtype = _working(location, score_variance)
    piece = Piece.of(location, score_variance, alpha, domain)
    tolerance = max(tolerance, 8 * torch.finfo(piece.start.dtype).eps)
    first = even_panels(_FIRST_PANELS, piece.start)
    with torch.no_grad():
        first = _with_corners(function, piece, first, max_panels)
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
    ends = whole if domain is None else tuple(domain[0]) if len(domain) == 1 else tuple(domain)
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
    coarse, fine = (
        tuple(part.flatten(-2) for part in piece.nodes(panels, n * _N_NODES)) for n in (1, 2)
    )
    return _compared(function, coarse, fine, dtype)


def _compared(function: Function, few: Pair, many: Pair, dtype: torch.dtype) -> Estimate:
    """The mean by many nodes, its distance from that by few, and what neither saw."""
    with torch.no_grad():
        points, masses = few
        coarse = weighted(_shares(masses), values_at(function, points, points.shape))
    points, masses = many
    values, shares = values_at(function, points, points.shape), _shares(masses)
    found = estimate(coarse, weighted(shares, values), masses.sum(-1), dtype)
    return found._replace(error=with_unseen(found.error, function, points, shares, values))


def _shares(masses: Tensor) -> Tensor:
    return masses / positive(masses.sum(-1, keepdim=True))


def _with_corners(
    function: Function, piece: Piece, panels: Panels, max_panels: int
) -> Float[Tensor, "finer 2"]:
    """The panels, cut about each peak of the function that their nodes miss."""
    for n_panels in _LOOKS:
        points = piece.nodes(even_panels(n_panels, piece.start), 2 * _N_NODES)[0].flatten(-2)
        values = values_at(function, points, points.shape)
        if largest_of(values) > FAINT:
            break
    peaks = hidden_peaks(function, points, values)
    if peaks is None:
        return panels
    inner = piece.fractions(corners_about(function, peaks)).flatten()
    ends = torch.cat([panels.flatten(), inner]).unique()
    return panels if len(ends) > max_panels else torch.stack([ends[:-1], ends[1:]], -1)


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
    """Both in at least float32 and of one shape, and the dtype to hand back."""
    dtype = torch.promote_types(location.dtype, score_variance.dtype)
    wide = torch.promote_types(dtype, torch.float32)
    return *torch.broadcast_tensors(location.to(wide), score_variance.to(wide)), dtype
