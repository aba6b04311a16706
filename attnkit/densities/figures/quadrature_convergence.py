"""How fast a quadrature rule finds the mass of a kernel density, and what a kink does to it."""

import functools
import math

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Normal

from attnkit.densities.kernel_density import KernelDensity
from attnkit.densities.kernels import gaussian
from attnkit.explore import Area, Choice, Explorable, Line, Panel, Points, Readout, Rule, Steps

__all__ = ["QUADRATURE_CONVERGENCE", "TRAPEZOID", "errors", "order_of"]

DOMAINS = ("interval", "whole line")
ALPHAS = (1.0, 1.25, 1.5, 2.0)
AMPLITUDES = (0.2, 1.0, 5.0)
NODES = (9, 17, 33, 65)
N_DRAWS, N_CENTERS = 8, 10
WIDTHS = dict(zip(DOMAINS, (0.08, 0.35), strict=True))
REACH = 9.0  # of the line: a standard normal density has nothing left there
TRAPEZOID = tuple(2**k + 1 for k in range(2, 12))
GAUSS = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192)
PER_PANEL = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
EXACT, SMALLEST = 100, 1e-17
DRAWN, MOST_KINKS = 401, 20


@functools.cache
def _densities(domain: str, alpha: float, amplitude: float) -> KernelDensity:
    """Eight densities with random coefficients."""
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


def _ends(domain: str) -> tuple[float, float]:
    return (0.0, 1.0) if domain == "interval" else (-REACH, REACH)


@functools.cache
def _panels(domain: str, alpha: float, amplitude: float) -> list[Tensor]:
    """For each density (piece, 2): its intervals, in pieces of at most four kernel widths."""
    low, high = _ends(domain)
    rows = []
    for intervals in _densities(domain, alpha, amplitude).support_intervals():
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


def _gauss(panels: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Nodes and weights (draw, node) of Gauss-Legendre on every panel."""
    nodes, weights = (torch.from_numpy(part) for part in np.polynomial.legendre.leggauss(count))
    low, high = panels.unsqueeze(-1).unbind(-2)
    half = (high - low) / 2
    return (low + half * (1 + nodes)).flatten(-2), (half * weights).flatten(-2)


def _trapezoid(domain: str, count: int) -> tuple[Tensor, Tensor]:
    nodes = torch.linspace(*_ends(domain), count, dtype=torch.float64)
    weights = torch.full_like(nodes, (nodes[1] - nodes[0]).item())
    weights[[0, -1]] /= 2
    return nodes, weights


@functools.cache
def errors(domain: str, alpha: float, amplitude: float) -> dict[str, np.ndarray]:
    """Root mean square error of the mass, by rule and number of nodes, over the densities.

    `panel_nodes` is the number of nodes that the panels need together, in the mean.
    """
    density, rows = (make(domain, alpha, amplitude) for make in (_densities, _panels))
    panels, whole = _together(rows), torch.tensor([[_ends(domain)]], dtype=torch.float64)

    def mass(nodes: Tensor, weights: Tensor) -> Tensor:
        return (density.prob(nodes) * weights).sum(-1)

    exact = mass(*_gauss(panels, EXACT))
    rules = {
        "trapezoid": [_trapezoid(domain, count) for count in TRAPEZOID],
        "gauss": [_gauss(whole, count) for count in GAUSS],
        "panels": [_gauss(panels, count) for count in PER_PANEL],
    }
    found = {
        name: [(mass(*rule) - exact).square().mean().sqrt().item() for rule in row]
        for name, row in rules.items()
    }
    pieces = sum(map(len, rows)) / len(rows)
    return {name: np.maximum(row, SMALLEST) for name, row in found.items()} | {
        "panel_nodes": pieces * np.array(PER_PANEL)
    }


def order_of(counts: tuple[int, ...], found: np.ndarray) -> float:
    """The k of an error like 1 / n^k, from the last four doublings; NaN where rounding is left."""
    if found[-1] < 1e-13:
        return math.nan
    return -np.polyfit(np.log(counts[-5:]), np.log(found[-5:]), 1)[0]


def _drawn(domain: str, alpha: float, amplitude: float, n_nodes: int) -> dict[str, np.ndarray]:
    """The first density, its kinks, and where both rules look."""
    density = _densities(domain, alpha, amplitude)
    panels = _panels(domain, alpha, amplitude)[0]
    low, high = _ends(domain)
    reach = 1.0 if domain == "interval" else 3.0
    curve = torch.linspace(max(low, -reach), reach, DRAWN, dtype=torch.float64)
    heights = density.prob(curve)[0]
    even, _ = _trapezoid(domain, n_nodes)
    own, _ = _gauss(panels, max(1, round(n_nodes / len(panels))))
    ends = torch.tensor(density.support_intervals()[0]).flatten()
    kinks = ends[(ends > low) & (ends < high)]
    return {
        "place": curve.numpy(),
        "density": heights.numpy(),
        "even": _padded(even.where(even.abs() <= reach, math.nan), NODES[-1]),
        "even_density": _padded(density.prob(even)[0], NODES[-1]),
        "own": _padded(own.where(own.abs() <= reach, math.nan), 2 * NODES[-1]),
        "rug": np.full(2 * NODES[-1], -0.06 * heights.max().item()),
        "kinks": _padded(kinks, MOST_KINKS),
        "ground": np.zeros(MOST_KINKS),
        "n_kinks": float(len(kinks)),
    }


def _padded(values: Tensor, length: int) -> np.ndarray:
    return np.pad(values.numpy(), (0, length - len(values)), constant_values=math.nan)


def compute(
    domain: str, alpha: float, amplitude: float, n_nodes: float
) -> dict[str, np.ndarray | float]:
    """Errors of the mass for three rules, one density with its nodes, and the measured order."""
    found = errors(domain, alpha, amplitude)
    counts = {"trapezoid": TRAPEZOID, "gauss": GAUSS, "panels": found["panel_nodes"]}
    read = {
        f"at_{name}": np.interp(np.log(n_nodes), np.log(nodes), np.log10(found[name]))
        for name, nodes in counts.items()
    }
    return {
        "trapezoid_nodes": np.array(TRAPEZOID, dtype=float),
        "gauss_nodes": np.array(GAUSS, dtype=float),
        "chosen": n_nodes,
        "order": order_of(TRAPEZOID, found["trapezoid"]),
        **found,
        **read,
        **_drawn(domain, alpha, amplitude, int(n_nodes)),
    }


QUADRATURE_CONVERGENCE = Explorable(
    name="quadrature-convergence",
    title="Nodes against error",
    compute=compute,
    controls=[
        Choice(
            "domain",
            "domain",
            DOMAINS,
            default="whole line",
            meaning="the line has a standard normal base density",
        ),
        Steps("alpha", "α", ALPHAS, default=2.0, meaning="1 kernel softmax, 2 kernel sparsemax"),
        Steps(
            "amplitude",
            "amplitude",
            AMPLITUDES,
            default=5.0,
            meaning="of the random scores; small ones are not cut on the line",
        ),
        Steps(
            "n_nodes", "nodes", NODES, default=33, meaning="drawn on the left, marked on the right"
        ),
    ],
    panels=[
        Panel(
            marks=[
                Area("place", "density", label="density"),
                Line("even", "even_density", label="trapezoid", tone="value", width=1.4),
                Points("even", "even_density", tone="value", size=5),
                Points("own", "rug", label="nodes of the panels", tone="support", size=4),
                Points("kinks", "ground", label="kinks", tone="accent", size=9),
            ],
            title="One density, and where the rules look",
            x_label="t",
            y_label="density",
        ),
        Panel(
            marks=[
                Line("trapezoid_nodes", "trapezoid", label="trapezoid", tone="value"),
                Line("gauss_nodes", "gauss", label="Gauss, one panel", tone="second"),
                Line("panel_nodes", "panels", label="Gauss, panels at the kinks", tone="support"),
                Rule("chosen", tone="muted"),
            ],
            title="Error of the mass",
            x_label="nodes",
            y_label="root mean square over eight scores",
            x_range=(4, 2100),
            y_range=(1e-17, 10),
            x_log=True,
            y_log=True,
        ),
    ],
    readouts=[
        Readout("n_kinks", "kinks of the density drawn", digits=0),
        Readout("order", "order of the trapezoid", digits=1, undefined="exponential"),
        Readout("at_trapezoid", "error, 10 to the power: trapezoid", digits=1),
        Readout("at_gauss", "Gauss", digits=1),
        Readout("at_panels", "panels", digits=1),
    ],
    depends={
        **dict.fromkeys(("trapezoid_nodes", "gauss_nodes", "ground"), ()),
        "chosen": ("n_nodes",),
        "place": ("domain",),
        **dict.fromkeys(
            (
                *("trapezoid", "gauss", "panels", "panel_nodes", "order"),
                *("density", "rug", "kinks", "n_kinks"),
            ),
            ("domain", "alpha", "amplitude"),
        ),
        "even": ("domain", "n_nodes"),
    },
    caption=(
        "The same mass by three rules. Equally spaced nodes are as good as it gets on the line as "
        "long as nothing is cut; one kink, and their error falls like a power of their number. "
        "Panels that end at the kinks restore the speed."
    ),
    alt=(
        "Left, a density with kinks at zero, equally spaced nodes on it and a row of nodes below; "
        "right, three falling curves of error against the number of nodes, on logarithmic axes."
    ),
)
