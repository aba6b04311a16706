r"""Expectations under the alpha family on the line, by one Gauss rule for every alpha >= 1.

In units of the spread, x = (t - location) / s, the density is proportional to
``(1 - (alpha - 1) x^2 / 2)^(1 / (alpha - 1))``, whose orthogonal polynomials obey

    P_{k+1} = x P_k - b_k P_{k-1},   b_k = 2k (2 + k e) / (4 (1 + k e)^2 - e^2),   e = alpha - 1.

At alpha = 1 this is b_k = k, Gauss-Hermite; at alpha > 1 it is Gauss-Jacobi with both exponents
1 / (alpha - 1), rescaled. No moment is ever subtracted from another, so nothing cancels.
"""

import functools
import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from scipy.special import roots_legendre
from torch import Tensor

from attnkit.densities.line import density, spread_squared
from attnkit.validate import require_finite, require_floating, require_number

__all__ = ["Estimate", "conditional_expectation", "expectation", "gauss_rule"]

Function = Callable[[Tensor], Tensor]

# A density of the family has less than 1e-18 of its mass beyond this many spreads.
_FAR = 9.0


class Estimate(NamedTuple):
    """A value by quadrature, its change when the nodes were doubled (an estimate of its error, not
    a bound), and the mass of the density that was looked at.
    """

    value: Tensor
    error: Tensor
    mass: Tensor


def gauss_rule(
    alpha: float, n_nodes: int = 32
) -> tuple[Float[Tensor, " node"], Float[Tensor, " node"]]:
    """Nodes x and weights (which sum to one) with E_p[g] = sum_i w_i g(location + s x_i).

    Exact for polynomials of degree 2 n_nodes - 1. In float64, by the eigenvalues of the matrix of
    the recurrence (Golub and Welsch 1969). Raises ValueError for alpha < 1 or n_nodes < 1.
    """
    require_number("alpha", alpha, low=1.0, high=1e12)
    require_number("n_nodes", n_nodes, low=1)
    order = torch.arange(1, n_nodes, dtype=torch.float64)
    step = 1 + order * (alpha - 1)
    squared = 2 * order * (1 + step) / (4 * step.square() - (alpha - 1) ** 2)
    off_diagonal = squared.sqrt()
    matrix = torch.diag(off_diagonal, 1) + torch.diag(off_diagonal, -1)
    nodes, vectors = torch.linalg.eigh(matrix)
    nodes, weights = (nodes - nodes.flip(0)) / 2, vectors[0].square()
    return nodes, (weights + weights.flip(0)) / 2


def expectation(
    function: Function,
    location: Float[Tensor, "*batch"],
    score_variance: Float[Tensor, "*batch"],
    alpha: float,
    *,
    n_nodes: int = 32,
) -> Estimate:
    """E_p[function(t)] over the whole line, with the error seen by doubling the nodes.

    `function` maps points (..., node) to values (..., node, features); the value has shape
    (..., features). Wants a function that is smooth on the scale of the density; for narrow
    ones use `conditional_expectation` with many panels. Raises ValueError for a non-positive
    score_variance or alpha < 1. The rule of `gauss_rule`, derived here.
    """
    location, score_variance, dtype = _working(location, score_variance)
    spread = spread_squared(score_variance, alpha).sqrt()

    def integrate(count: int) -> Tensor:
        nodes, weights = (part.to(spread) for part in gauss_rule(alpha, count))
        points = location.unsqueeze(-1) + spread.unsqueeze(-1) * nodes
        return _weighted(weights.expand_as(points), function(points))

    # An odd number of nodes has one at the centre, where a narrow function would hide from both.
    coarse, fine = integrate(n_nodes), integrate(2 * n_nodes + 1)
    return _estimate(coarse, fine, torch.ones_like(location), dtype)


def conditional_expectation(
    function: Function,
    location: Float[Tensor, "*batch"],
    score_variance: Float[Tensor, "*batch"],
    alpha: float,
    *,
    domain: tuple[float, float] = (0.0, 1.0),
    n_panels: int = 4,
) -> Estimate:
    """E_p[function(t) | t in domain] by panels, and the mass of p inside the domain.

    The part of the support inside the domain is cut in `n_panels`, each with 16 and then 32
    Gauss-Legendre nodes in the angle arcsin(x / x_max), which takes the edge of the density away.
    `function` as in `expectation`. Where no mass is inside, the value is zero, with zero gradient.
    Raises ValueError for an empty domain, a non-positive score_variance or alpha < 1. Derived here.
    """
    low, high = domain
    require_number("domain[1]", high, low=low, high=math.inf, exclusive=True)
    location, score_variance, dtype = _working(location, score_variance)
    spread = spread_squared(score_variance, alpha).sqrt()
    reach = spread * min(_FAR, math.sqrt(2 / (alpha - 1)) if alpha > 1 else _FAR)
    ends = [((end - location) / reach).clamp(-1, 1).asin() for end in (low, high)]

    def integrate(count: int) -> tuple[Tensor, Tensor]:
        angles, weights = _panels(*ends, n_panels, count)
        points = location.unsqueeze(-1) + reach.unsqueeze(-1) * angles.sin()
        heights = density(points, location.unsqueeze(-1), score_variance.unsqueeze(-1), alpha)
        masses = heights * weights * angles.cos() * reach.unsqueeze(-1)
        mass = masses.sum(-1)
        safe = torch.where(mass > 0, mass, 1.0)
        return _weighted(masses / safe.unsqueeze(-1), function(points)), mass

    (coarse, _), (fine, mass) = integrate(16), integrate(32)
    return _estimate(coarse, fine, mass, dtype)


def _working(location: Tensor, score_variance: Tensor) -> tuple[Tensor, Tensor, torch.dtype]:
    """Both in at least float32, and the dtype to hand back."""
    require_floating("location", location)
    require_floating("score_variance", score_variance)
    require_finite("location", location)
    dtype = torch.promote_types(location.dtype, score_variance.dtype)
    wide = torch.promote_types(dtype, torch.float32)
    return location.to(wide), score_variance.to(wide), dtype


def _estimate(coarse: Tensor, fine: Tensor, mass: Tensor, dtype: torch.dtype) -> Estimate:
    return Estimate(*(part.to(dtype) for part in (fine, (fine - coarse).abs(), mass)))


def _panels(
    start: Tensor, stop: Tensor, n_panels: int, n_nodes: int
) -> tuple[Float[Tensor, "*batch node"], Float[Tensor, "*batch node"]]:
    """Composite Gauss-Legendre nodes and weights on [start, stop]."""
    nodes, weights = (part.to(start) for part in _legendre(n_nodes))
    corners = torch.arange(n_panels, dtype=start.dtype, device=start.device).unsqueeze(-1)
    fractions = ((corners + (1 + nodes) / 2) / n_panels).flatten()
    length = (stop - start).unsqueeze(-1)
    fractional_weights = weights.repeat(n_panels) / (2 * n_panels)
    return start.unsqueeze(-1) + length * fractions, length * fractional_weights


@functools.cache
def _legendre(n_nodes: int) -> tuple[Tensor, Tensor]:
    nodes, weights = roots_legendre(n_nodes)
    return torch.from_numpy(nodes), torch.from_numpy(weights)


def _weighted(weights: Float[Tensor, "*batch node"], values: Tensor) -> Tensor:
    """Sum over the nodes, which are the last axis of `weights` and may have features behind."""
    extra = values.ndim - weights.ndim
    if extra < 0 or values.shape[: weights.ndim] != weights.shape:
        raise ValueError(
            f"function must return (*batch, node, *feature) with leading shape "
            f"{tuple(weights.shape)}, got {tuple(values.shape)}"
        )
    return (weights.reshape(weights.shape + (1,) * extra) * values).sum(weights.ndim - 1)
