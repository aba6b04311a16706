r"""Quadrature of one bump of the alpha family where a domain cuts it.

With x = (t - location) / s in spreads and x = reach sin(angle), the mass element is

    p(t) dt = c (1 - (alpha - 1) x^2 / 2)^(1 / (alpha - 1)) reach cos(angle) d angle,

a smooth function of the angle up to the edge of the support (reach^2 = 2 / (alpha - 1)), so that
Gauss-Legendre nodes between the angles of the domain's ends converge fast. Derived here.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.alpha_family.gauss_rules import legendre_rule
from attnkit.densities.alpha_family.line import density, spread_squared
from attnkit.densities.alpha_family.line_piece import angle_within

__all__ = ["bump_rule", "truncated_bumps"]

Rule = tuple[Float[Tensor, " node"], Float[Tensor, " node"], float]

# A density of the family has less than 3e-12 of its mass beyond this many spreads.
_FAR = 7.0


def truncated_bumps(
    location: Float[Tensor, "*batch"],
    score_variance: Float[Tensor, "*batch"],
    alpha: float,
    domain: tuple[float, float],
    rule: Rule,
) -> tuple[Float[Tensor, "*batch node"], Float[Tensor, "*batch node"]]:
    """Points inside the domain and the probability mass of each; zeros if none is inside.

    `rule` is the `bump_rule` of alpha. What `alpha_family.line_piece.Piece` gives with one
    panel, for one alpha and in a third of the time.
    """
    spread = spread_squared(score_variance, alpha).sqrt()
    reach, edge = _reach(alpha)
    start, stop = (angle_within((end - location) / (reach * spread)) for end in domain)
    nodes, weights, constant = rule
    half, middle = ((part / 2).unsqueeze(-1) for part in (stop - start, stop + start))
    angles = middle + half * nodes.to(half)
    in_spreads = reach * angles.sin()
    heights = _profile(in_spreads, angles.cos(), alpha, at_edge=reach == edge)
    masses = half * weights.to(half) * heights * angles.cos() * constant
    return location.unsqueeze(-1) + spread.unsqueeze(-1) * in_spreads, masses


def _profile(in_spreads: Tensor, cosine: Tensor, alpha: float, *, at_edge: bool) -> Tensor:
    """p(t) / p(location); at the support's edge 1 - (alpha - 1) x^2 / 2 is the cosine squared."""
    if at_edge:
        return cosine.clamp(min=1e-12) ** (2 / (alpha - 1))
    half_square = in_spreads.square() / 2
    if alpha == 1:
        return torch.exp(-half_square)
    return torch.exp(torch.log1p(-(alpha - 1) * half_square) / (alpha - 1))


def bump_rule(alpha: float, n_nodes: int) -> Rule:
    """Gauss-Legendre nodes and weights on [-1, 1], in float64, and the constant c reach."""
    nodes, weights = legendre_rule(n_nodes)
    one = torch.ones((), dtype=torch.float64)
    peak = density(0 * one, 0 * one, one, alpha) * spread_squared(one, alpha).sqrt()
    return nodes, weights, _reach(alpha)[0] * float(peak)


def _reach(alpha: float) -> tuple[float, float]:
    """Spreads from the location that are looked at, and to the edge of the support."""
    edge = math.sqrt(2 / (alpha - 1)) if alpha > 1 else math.inf
    return min(_FAR, edge), edge
