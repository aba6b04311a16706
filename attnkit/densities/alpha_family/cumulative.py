r"""The distribution function of the alpha family on the line, and its inverse.

In units of the spread the density is ``p(x) = e^-l (2 pi)^-1/2 [1 - excess x^2 / 2]_+^r``, with
``r = 1 / excess``. The mass beyond x >= 0 is taken in two parts. From x to ``h = excess^-1/2`` (but
no further than where a Gaussian has lost forty more nats) the integrand is smooth at every alpha,
and a Legendre rule takes it; beyond, with ``q = 1 - excess h^2 / 2``,

    integral of p(x) from h on = p(h) q (2 excess)^-1/2 sum_k c_k q^k / (r + 1 + k),

with ``c_k`` those of ``(1 - q)^-1/2``, whose terms are all positive. So a small tail keeps its
digits, as one less something does not, and derivatives in x and in alpha are those of the sum.
Derived here.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.alpha_family.gauss_rules import legendre_rule
from attnkit.densities.alpha_family.spread import expm1_ratio, log_profile, log_volume

__all__ = ["edge_of", "lower_mass", "quantile"]

_NODES, _WEIGHTS = legendre_rule(40)
_N_TERMS = 44
_TERMS = torch.tensor(
    [1.0, *((2 * k - 1) / (2 * k) for k in range(1, _N_TERMS))], dtype=torch.float64
).cumprod(0)
# Beyond so many spreads a Gaussian is less than the least number of float64.
_FAR = 40.0
# Twice the nats that a tail may lose before the rest of it is left out.
_NATS = 80.0
_SMALL = 1e-9
_N_STEPS = 14
# How much of the way to the edge one step may take.
_SHARE = 15 / 16


def lower_mass(x: Float[Tensor, "*batch"], excess: Float[Tensor, "*#batch"]) -> Tensor:
    """Mass of the density below x, both in units of the spread."""
    # Not x.abs(), which has no derivative at the location itself.
    beyond = _upper_mass(torch.where(x < 0, -x, x), excess)
    return torch.where(x < 0, beyond, 1 - beyond)


def quantile(mass: Float[Tensor, "*batch"], excess: Float[Tensor, "*#batch"]) -> Tensor:
    """The x with this mass below it; minus and plus the edge for 0 and 1.

    Steps of Newton find it, none of them further than 15/16 of the way to the edge; two more carry
    the derivatives, each doubling how many are right, and end inside the edge. At the edge the
    derivative in the mass is infinite, and zero is returned for it.
    """
    below = mass < 0.5
    beyond = torch.where(below, mass, 1 - mass)
    inner = beyond > 0
    safe = torch.where(inner, beyond, 0.25)
    with torch.no_grad():
        x, furthest = torch.zeros_like(safe), _last_inside(excess)
        for _ in range(_N_STEPS):
            x = torch.minimum(x + _newton(x, safe, excess), x + _SHARE * (furthest - x))
    for _ in range(2):
        x = x + _newton(x, safe, excess)
        x = x - (x.detach() - furthest).clamp(min=0)
    x = torch.where(inner, x, edge_of(excess))
    return torch.where(below, -x, x)


def _upper_mass(x: Tensor, excess: Tensor) -> Tensor:
    """Mass beyond x >= 0."""
    nodes, weights = (part.to(x) for part in (_NODES, _WEIGHTS))
    edge = edge_of(excess)
    x = torch.minimum(x, edge)
    middle = torch.maximum(x, torch.minimum(_middle(excess), (x.square() + _NATS).sqrt()))
    half = (middle - x)[..., None] / 2
    points = x[..., None] + half * (1 + nodes)
    return (half * weights * _density(points, excess[..., None])).sum(-1) + _tail(middle, excess)


def _tail(x: Tensor, excess: Tensor) -> Tensor:
    """Mass beyond an x of at least h, by the series."""
    safe = excess.clamp(min=_SMALL)
    left = (1 - safe * x.square() / 2).clamp(min=0)
    degree = torch.arange(_N_TERMS, dtype=x.dtype, device=x.device)
    terms = _TERMS.to(x) / (1 + safe[..., None] * (1 + degree))
    total = (terms * left[..., None] ** degree).sum(-1)
    return _density(x, excess) * left * (safe / 2).sqrt() * total


def _density(x: Tensor, excess: Tensor) -> Tensor:
    log_height = log_profile(x.square(), excess) - log_volume(excess, 1)
    return log_height.exp() / math.sqrt(2 * math.pi)


def edge_of(excess: Tensor) -> Tensor:
    """Spreads from the location to the edge; infinite at alpha = 1, with zero gradient."""
    sparse = excess > 0
    return torch.where(sparse, (2 / torch.where(sparse, excess, 1.0)).sqrt(), math.inf)


def _last_inside(excess: Tensor) -> Tensor:
    """Just inside the edge, or where the density is the least number of its dtype."""
    kind = torch.finfo(excess.dtype)
    nats = -math.log(kind.tiny) - 1.5
    return (2 * nats * expm1_ratio(-nats * excess)).sqrt() * (1 - 8 * kind.eps)


def _middle(excess: Tensor) -> Tensor:
    return excess.clamp(min=1 / _FAR**2).rsqrt()


def _newton(x: Tensor, beyond: Tensor, excess: Tensor) -> Tensor:
    """A step towards the x >= 0 beyond which there is this mass; none where the density is nil.

    It is Newton's for the mass to the power excess / alpha, a concave function of x: nearly a
    straight line towards the edge, the logarithm at alpha = 1.
    """
    density, mass = _density(x, excess), _upper_mass(x, excess)
    some = (density > torch.finfo(x.dtype).tiny) & (mass > 0)
    ratio = (beyond / torch.where(some, mass, beyond)).log()
    steps = -ratio * expm1_ratio(excess / (1 + excess) * ratio)
    return torch.where(some, mass / torch.where(some, density, 1.0) * steps, 0.0)
