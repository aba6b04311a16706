"""Expectations under the alpha family in R^n, by a radial and a spherical rule."""

from collections.abc import Callable, Iterator

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities.alpha_family.gauss_rules import radial_rule, sphere_rule
from attnkit.densities.shared.estimate import (
    Estimate,
    Function,
    align,
    largest_of,
    positive,
    values_at,
    weighted,
)

__all__ = ["Nodes", "doubled", "sizes", "space_expectation"]

Nodes = tuple[Float[Tensor, "*batch node n"], Float[Tensor, "*batch node"]]

# Nodes of the first rule, at most.
_FEW = 512
_MOST_DIMENSIONS = 7


def space_expectation(
    function: Function,
    location: Float[Tensor, "*batch n"],
    spread_tril: Float[Tensor, "*batch n n"],
    excess: Float[Tensor, "*#batch"],
    *,
    tolerance: float = 1e-9,
    max_nodes: int = 40_000,
) -> Estimate:
    """E_p[function] over R^n: a Gauss rule in the squared radius times one on the sphere.

    `function` maps points (..., node, n) to values (..., node, features). Both rules are doubled
    until the value moves by less than `tolerance` of the largest value met, or there would be more
    than `max_nodes`; for a function that is narrow against the density that is not enough, and the
    error says so. Derived here.

    Raises
    ------
    ValueError
        Beyond 7 dimensions, where the smallest two rules have more nodes than that.
    """
    n = location.shape[-1]
    if n > _MOST_DIMENSIONS:
        raise ValueError(
            f"loc must have at most {_MOST_DIMENSIONS} dimensions for an expectation by "
            f"quadrature, got {n}; the mean over rsample() serves any number"
        )

    def nodes(size: int) -> Nodes:
        radii, shares = (part.to(location) for part in radial_rule(excess, n, size))
        directions, weights = (part.to(location) for part in sphere_rule(n, 2 * size))
        offsets = (radii[..., None, None] * directions).flatten(-3, -2)
        masses = (shares.unsqueeze(-1) * weights).flatten(-2)
        points = location.unsqueeze(-2) + offsets @ spread_tril.mT
        return points, masses.expand(points.shape[:-1])

    def n_nodes(size: int) -> int:
        return size * 2 * (2 * size) ** (n - 1) if n > 1 else 2 * size

    return doubled(function, nodes, sizes(n_nodes, max_nodes), tolerance)


def sizes(n_nodes: Callable[[int], int], most: int) -> Iterator[int]:
    """1, 2, 4, ... from the largest with few nodes to the largest that is allowed; at least two."""
    size = 1
    while size < most and n_nodes(2 * size) <= _FEW:
        size *= 2
    yield size
    yield 2 * size
    while 2 * size < most and n_nodes(4 * size) <= most:
        size *= 2
        yield 2 * size


def doubled(
    function: Function, nodes: Callable[[int], Nodes], sizes: Iterator[int], tolerance: float
) -> Estimate:
    """Averages over ever more nodes until value and mass are close to those before.

    The mean of a constant is exact by any nodes: only the mass tells whether they see the density,
    and where it has not settled, neither has the value.
    """
    coarse, coarse_mass, _ = _average(function, *nodes(next(sizes)))
    for size in sizes:
        fine, mass, largest = _average(function, *nodes(size))
        error, moved = (fine - coarse).abs().detach(), (mass - coarse_mass).abs().detach()
        unsettled = moved / positive(mass)
        within = max(tolerance, 8 * torch.finfo(mass.dtype).eps)
        if largest_of(error) <= within * largest and bool((unsettled <= within).all()):
            break
        coarse, coarse_mass = fine, mass
    missed = torch.where(unsettled > within, unsettled, 0.0)
    return Estimate(fine, error + align(missed, fine) * fine.detach().abs(), mass)


def _average(
    function: Function, points: Tensor, masses: Tensor
) -> tuple[Tensor, Float[Tensor, "*batch"], Float[Tensor, ""]]:
    """The mean of the function, the mass, and the largest absolute value."""
    values, mass = values_at(function, points, masses.shape), masses.sum(-1)
    mean = weighted(masses / positive(mass).unsqueeze(-1), values)
    return mean, mass, largest_of(values.detach())
