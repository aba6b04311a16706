r"""The divergence of two densities of the alpha family on the line.

By a double exponential rule, ``x = edge tanh u``, which does not mind that logarithms end in a
pole. Near the edge, ``1 - tanh u`` is taken from u itself, so that a slope that ends like
``[1 - excess x^2 / 2]^(r - 1)`` with a small r keeps the share that lies within a rounding error
of the edge. Derived here.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.alpha_family.cumulative import edge_of
from attnkit.densities.alpha_family.spread import log_profile, log_volume

__all__ = ["divergence"]

# Spreads to which a Gaussian is integrated: it has less than 1e-32 of its mass beyond.
_FAR = 12.0
_SMOOTH = 2 / _FAR**2
_N_NODES = 361
# The largest u: 1 - tanh u is then not far above the least number of the dtype.
_LARGEST = {torch.float64: 340.0, torch.float32: 40.0}


def divergence(
    location: Float[Tensor, "*batch"],
    spread: Float[Tensor, "*batch"],
    excess: Float[Tensor, "*#batch"],
    other_excess: Float[Tensor, "*#batch"],
) -> Tensor:
    """E_p[log p - log q] with p at the location, in units of the spread of q and from its place.

    Infinite, with zero gradient, where p has mass outside the support of q. Where the supports
    meet, gradients are those of the side on which it is finite. A density has none from itself,
    to 1e-7 in float64 up to alpha = 40; far beyond, the edge holds more than any dtype resolves.
    """
    reach, other = edge_of(excess) * spread, edge_of(other_excess)
    slack = 16 * torch.finfo(reach.dtype).eps * other
    inside = (location.abs() + reach <= other + slack) | other.isinf()
    location, spread = (torch.where(inside, each, start) for each, start in
                        ((location, 0.0), (spread, 1.0)))  # fmt: skip
    other_excess = torch.where(inside, other_excess, 0.0)
    rule = _double_exponential(location)
    numbers = (each[..., None] for each in (location, spread, excess, other_excess))
    location, spread, excess, other_excess = numbers
    half = edge_of(excess.clamp(min=_SMOOTH))
    log_p = _own_profile(half, excess, rule) - log_volume(excess, 1)
    log_q = _other_profile(location, spread, half, other_excess, rule)
    log_q = log_q - log_volume(other_excess, 1)
    seen = log_q > -math.inf
    apart = log_p - spread.log() - torch.where(seen, log_q, 0.0)
    mass = half * rule[2] * log_p.exp() / math.sqrt(2 * math.pi)
    total = torch.where(seen, mass * apart, 0.0).sum(-1)
    return torch.where(inside, total.clamp(min=0), math.inf)


Rule = tuple[Tensor, Tensor, Tensor]


def _own_profile(half: Tensor, excess: Tensor, rule: Rule) -> Tensor:
    """Of p at its nodes, whose distances to both edges the rule knows."""
    before, behind, _ = rule
    sharp = excess > _SMOOTH
    power = 1 / torch.where(sharp, excess, 1.0)
    smooth = log_profile((half * (before - behind) / 2).square(), torch.where(sharp, 0.0, excess))
    return torch.where(sharp, power * (before * behind).log(), smooth)


def _other_profile(
    location: Tensor, spread: Tensor, half: Tensor, excess: Tensor, rule: Rule
) -> Tensor:
    """Of q at the nodes of p, by their distances to its edges, unless those are far."""
    before, behind, _ = rule
    sharp = excess > _SMOOTH
    there = location + spread * half * (before - behind) / 2
    edge, reach = edge_of(torch.where(sharp, excess, 1.0)), spread * half
    behind = _gap(edge - location - reach, edge) + reach * behind
    before = _gap(edge + location - reach, edge) + reach * before
    left = torch.where(sharp, before * behind / edge.square(), 1.0)
    smooth = log_profile(there.square(), torch.where(sharp, 0.0, excess))
    return torch.where(sharp, left.log() / torch.where(sharp, excess, 1.0), smooth)


def _gap(gap: Tensor, edge: Tensor) -> Tensor:
    """Between two edges; none, with its slope, where they meet but for rounding."""
    slack = 32 * torch.finfo(gap.dtype).eps * edge
    return gap - torch.where(gap.abs() <= slack, gap, 0.0).detach()


def _double_exponential(like: Tensor) -> Rule:
    """Distances of the nodes on (-1, 1) to its lower end and to its upper one, and weights."""
    furthest = math.asinh(2 / math.pi * _LARGEST[like.dtype])
    times = torch.linspace(-furthest, furthest, _N_NODES, dtype=like.dtype, device=like.device)
    inner = math.pi * times.sinh()
    before, behind = 2 * inner.sigmoid(), 2 * (-inner).sigmoid()
    slopes = math.pi / 2 * times.cosh() * before * behind
    return before, behind, slopes * (times[1] - times[0])
