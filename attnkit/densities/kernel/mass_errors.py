"""How far three quadrature rules are from the mass of random kernel densities.

Equally spaced nodes, Gauss-Legendre on the whole domain, and Gauss-Legendre on pieces that end
where the density starts or stops. The rules are written out here, apart from the quadrature that
`KernelDensity` uses, so that one can be compared with the other.
"""

import functools
import math

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.distributions import Normal

from attnkit.densities.kernel.density import KernelDensity
from attnkit.densities.kernel.kernels import gaussian

__all__ = [
    "DOMAINS",
    "GAUSS",
    "PER_PIECE",
    "TRAPEZOID",
    "ends_of",
    "gauss_on",
    "mass_errors",
    "order_of",
    "pieces_of",
    "random_densities",
    "trapezoid_on",
]

DOMAINS = ("interval", "whole line")
WIDTHS = dict(zip(DOMAINS, (0.08, 0.35), strict=True))
N_DRAWS, N_CENTERS = 8, 10
REACH = 9.0  # of the line: a standard normal density has nothing left there
TRAPEZOID = tuple(2**k + 1 for k in range(2, 12))
GAUSS = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192)
PER_PIECE = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
EXACT, SMALLEST = 100, 1e-17


@functools.cache
def random_densities(domain: str, alpha: float, amplitude: float) -> KernelDensity:
    """Eight densities with random coefficients on a domain of `DOMAINS`, as one batch."""
    generator = torch.Generator().manual_seed(3)
    shape = (N_DRAWS, N_CENTERS)
    coefficients = amplitude * torch.randn(shape, generator=generator, dtype=torch.float64)
    kernel = functools.partial(gaussian, width=WIDTHS[domain])
    if domain == "interval":
        places = torch.linspace(0, 1, N_CENTERS, dtype=torch.float64)
        return KernelDensity(coefficients, places, kernel, alpha=alpha)
    places = torch.linspace(-2, 2, N_CENTERS, dtype=torch.float64)
    one = torch.ones((), dtype=torch.float64)
    line = (-math.inf, math.inf)
    return KernelDensity(
        coefficients, places, kernel, alpha=alpha, domain=line, base=Normal(0 * one, one)
    )


def ends_of(domain: str) -> tuple[float, float]:
    """Where the domain ends, or where nothing is left of its base density."""
    return (0.0, 1.0) if domain == "interval" else (-REACH, REACH)


@functools.cache
def pieces_of(domain: str, alpha: float, amplitude: float) -> list[Float[Tensor, "piece 2"]]:
    """For each density its intervals, in pieces of at most four kernel widths."""
    low, high = ends_of(domain)
    rows = []
    for intervals in random_densities(domain, alpha, amplitude).support_intervals():
        pieces = []
        for start, stop in torch.tensor(intervals, dtype=torch.float64).clamp(low, high):
            count = math.ceil((stop - start).item() / (4 * WIDTHS[domain]))
            corners = start + (stop - start) * torch.linspace(0, 1, count + 1, dtype=start.dtype)
            pieces.append(torch.stack([corners[:-1], corners[1:]], -1))
        rows.append(torch.cat(pieces))
    return rows


def _together(rows: list[Tensor]) -> Tensor:
    """(draw, piece, 2), padded with empty pieces."""
    longest = max(map(len, rows))
    return torch.stack([torch.cat([row, row[-1:, 1:].expand(longest - len(row), 2)])
                        for row in rows])  # fmt: skip


def gauss_on(
    panels: Float[Tensor, "*draw panel 2"], count: int
) -> tuple[Float[Tensor, "*draw node"], Float[Tensor, "*draw node"]]:
    """Nodes and weights of Gauss-Legendre on every panel."""
    nodes, weights = (torch.from_numpy(part) for part in np.polynomial.legendre.leggauss(count))
    low, high = panels.unsqueeze(-1).unbind(-2)
    half = (high - low) / 2
    return (low + half * (1 + nodes)).flatten(-2), (half * weights).flatten(-2)


def trapezoid_on(domain: str, count: int) -> tuple[Float[Tensor, " node"], Float[Tensor, " node"]]:
    """Nodes and weights of the trapezoid rule, the ends of the domain included."""
    nodes = torch.linspace(*ends_of(domain), count, dtype=torch.float64)
    weights = torch.full_like(nodes, (nodes[1] - nodes[0]).item())
    weights[[0, -1]] /= 2
    return nodes, weights


@functools.cache
def mass_errors(domain: str, alpha: float, amplitude: float) -> dict[str, np.ndarray]:
    """Root mean square error of the mass, by rule and number of nodes, over the densities.

    `panel_nodes` is the number of nodes that the panels need together, in the mean.
    """
    density, rows = (make(domain, alpha, amplitude) for make in (random_densities, pieces_of))
    panels, whole = _together(rows), torch.tensor([[ends_of(domain)]], dtype=torch.float64)

    def mass(nodes: Tensor, weights: Tensor) -> Tensor:
        return (density.prob(nodes) * weights).sum(-1)

    exact = mass(*gauss_on(panels, EXACT))
    rules = {
        "trapezoid": [trapezoid_on(domain, count) for count in TRAPEZOID],
        "gauss": [gauss_on(whole, count) for count in GAUSS],
        "panels": [gauss_on(panels, count) for count in PER_PIECE],
    }
    found = {
        name: [(mass(*rule) - exact).square().mean().sqrt().item() for rule in row]
        for name, row in rules.items()
    }
    pieces = sum(map(len, rows)) / len(rows)
    return {name: np.maximum(row, SMALLEST) for name, row in found.items()} | {
        "panel_nodes": pieces * np.array(PER_PIECE)
    }


def order_of(counts: tuple[int, ...], found: np.ndarray) -> float:
    """The k of an error like 1 / n^k, from the last four doublings; NaN where rounding is left."""
    if found[-1] < 1e-13:
        return math.nan
    return -np.polyfit(np.log(counts[-5:]), np.log(found[-5:]), 1)[0]
