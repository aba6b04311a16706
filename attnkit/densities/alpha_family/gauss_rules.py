r"""Gauss rules for the alpha family, for every alpha >= 1 and every number of dimensions.

In units of the spread the density is ``[1 - excess |x|^2 / 2]_+^r`` over its integral, with
``excess = alpha - 1`` and ``r = 1 / excess``. On the line its orthogonal polynomials obey

    P_{k+1} = x P_k - b_k P_{k-1},   b_k = 2k (2 + k excess) / (4 (1 + k excess)^2 - excess^2),

Gauss-Hermite at alpha = 1, Gauss-Jacobi with both exponents r, rescaled, beyond. In R^n the
direction is uniform, and ``h = |x|^2 / 2`` has the density ``h^c (1 - excess h)^r`` over its
integral, ``c = n / 2 - 1``: Gauss-Laguerre at alpha = 1, Gauss-Jacobi beyond. Derived here.
"""

import functools
import math

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.precision import in_float64

__all__ = ["gauss_rule", "legendre_rule", "radial_rule", "sphere_rule"]

Rule = tuple[Float[Tensor, "*batch node"], Float[Tensor, "*batch node"]]


def gauss_rule(alpha: float | Tensor, n_nodes: int = 32) -> Rule:
    """Nodes x and weights (which sum to one) with E_p[g] = sum_i w_i g(location + s x_i).

    Exact for polynomials of degree 2 n_nodes - 1. In float64, by the eigenvalues of the matrix of
    the recurrence (Golub and Welsch 1969); a tensor alpha (...) gives (..., node), differentiable.
    """
    if not isinstance(alpha, Tensor):
        alpha = torch.tensor(float(alpha), dtype=torch.float64)
    excess = (in_float64(alpha) - 1).unsqueeze(-1)
    degree = torch.arange(1, n_nodes, dtype=torch.float64, device=excess.device)
    step = 1 + degree * excess
    squared = 2 * degree * (1 + step) / (4 * step.square() - excess.square())
    nodes, weights = _golub_welsch(torch.zeros_like(excess).expand(*alpha.shape, n_nodes), squared)
    return (nodes - nodes.flip(-1)) / 2, (weights + weights.flip(-1)) / 2


def radial_rule(excess: Float[Tensor, "*batch"], n: int, n_nodes: int) -> Rule:
    """Radii in units of the spread and weights; exact for even degrees to 4 n_nodes - 2."""
    excess, c = in_float64(excess).unsqueeze(-1), n / 2 - 1
    degree = torch.arange(1, n_nodes, dtype=torch.float64, device=excess.device)
    twice = 2 * degree + c
    step = 1 + excess * twice
    centre = 2 * (twice + 1) + excess * ((twice + 1).square() + c * c - 1)
    centres = centre / (2 * step * (step + 2 * excess))
    first = (c + 1) / (1 + excess * (c + 2))
    squared = degree * (degree + c) * (1 + excess * degree) * (1 + excess * (degree + c))
    squared = squared / (step.square() * (step.square() - excess.square()))
    halves, weights = _golub_welsch(torch.cat([first, centres], dim=-1), squared)
    return (2 * halves.clamp(min=0)).sqrt(), weights


def sphere_rule(
    n: int, n_nodes: int
) -> tuple[Float[Tensor, "direction n"], Float[Tensor, " direction"]]:
    """Unit vectors of R^n and weights, exact for polynomials of degree 2 n_nodes - 1.

    Two points for n = 1, equal angles for n = 2, and for n > 2 a Gauss rule in the first
    coordinate z, of weight (1 - z^2)^((n - 3) / 2), times the rule of the sphere below: about
    2 n_nodes^(n - 1) directions. In float64.
    """
    if n == 1:
        return torch.tensor([[-1.0], [1.0]], dtype=torch.float64), torch.full((2,), 0.5).double()
    if n == 2:
        angles = torch.arange(2 * n_nodes, dtype=torch.float64) * (math.pi / n_nodes)
        circle = torch.stack([angles.cos(), angles.sin()], dim=-1)
        return circle, torch.full_like(angles, 0.5 / n_nodes)
    degree = torch.arange(1, n_nodes, dtype=torch.float64)
    twice = 2 * degree + n - 3
    squared = degree * (degree + n - 3) / (twice.square() - 1)
    heights, weights = _golub_welsch(torch.zeros(n_nodes, dtype=torch.float64), squared)
    around, shares = sphere_rule(n - 1, n_nodes)
    rings = (1 - heights.square()).sqrt()[:, None, None] * around
    tops = heights[:, None, None].expand(*rings.shape[:2], 1)
    return torch.cat([tops, rings], dim=-1).flatten(0, 1), (weights[:, None] * shares).flatten()


@functools.cache
def legendre_rule(n_nodes: int) -> tuple[Float[Tensor, " node"], Float[Tensor, " node"]]:
    """Gauss-Legendre nodes and weights on [-1, 1], in float64."""
    nodes, weights = np.polynomial.legendre.leggauss(n_nodes)
    return torch.from_numpy(nodes), torch.from_numpy(weights)


def _golub_welsch(centres: Tensor, squared: Tensor) -> Rule:
    """Eigenvalues of the tridiagonal matrix; squares of the first entries of its eigenvectors."""
    off = squared.sqrt()
    matrix = torch.diag_embed(centres) + torch.diag_embed(off, 1) + torch.diag_embed(off, -1)
    nodes, vectors = torch.linalg.eigh(matrix)
    return nodes, vectors[..., 0, :].square()
