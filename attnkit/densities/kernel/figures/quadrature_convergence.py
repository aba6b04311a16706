"""How fast a quadrature rule finds the mass of a kernel density, and what a kink does to it."""

import math

import numpy as np
import torch

from attnkit.densities.kernel import mass_errors
from attnkit.densities.kernel.mass_errors import DOMAINS, GAUSS, TRAPEZOID
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Area, Line, Points, Rule
from attnkit.explore.presets import padded

__all__ = ["QUADRATURE_CONVERGENCE"]

ALPHAS = (1.0, 1.25, 1.5, 2.0)
NODES = (9, 17, 33, 65)
DRAWN, MOST_KINKS = 401, 20


def _drawn(domain: str, alpha: float, amplitude: float, n_nodes: int) -> dict[str, np.ndarray]:
    """The first density, its kinks, and where both rules look."""
    density = mass_errors.random_densities(domain, alpha, amplitude)
    panels = mass_errors.pieces_of(domain, alpha, amplitude)[0]
    low, high = mass_errors.ends_of(domain)
    reach = 1.0 if domain == "interval" else 3.0
    curve = torch.linspace(max(low, -reach), reach, DRAWN, dtype=torch.float64)
    heights = density.prob(curve)[0]
    even, _ = mass_errors.trapezoid_on(domain, n_nodes)
    own, _ = mass_errors.gauss_on(panels, max(1, round(n_nodes / len(panels))))
    ends = torch.tensor(density.support_intervals()[0]).flatten()
    kinks = ends[(ends > low) & (ends < high)]
    return {
        "place": curve.numpy(),
        "density": heights.numpy(),
        "even": padded(even.where(even.abs() <= reach, math.nan), NODES[-1]),
        "even_density": padded(density.prob(even)[0], NODES[-1]),
        "own": padded(own.where(own.abs() <= reach, math.nan), 2 * NODES[-1]),
        "rug": np.full(2 * NODES[-1], -0.06 * heights.max().item()),
        "kinks": padded(kinks, MOST_KINKS),
        "ground": np.zeros(MOST_KINKS),
        "n_kinks": float(len(kinks)),
    }


def compute(domain: str, alpha: float, amplitude: float, n_nodes: float) -> Values:
    """Errors of the mass for three rules, one density with its nodes, and the measured order."""
    found = mass_errors.mass_errors(domain, alpha, amplitude)
    counts = {"trapezoid": TRAPEZOID, "gauss": GAUSS, "panels": found["panel_nodes"]}
    powers = {name: np.log10(found[name]) for name in counts}
    read = {
        f"at_{name}": np.interp(np.log(n_nodes), np.log(nodes), powers[name])
        for name, nodes in counts.items()
    }
    return {
        "trapezoid_nodes": np.array(TRAPEZOID, dtype=float),
        "gauss_nodes": np.array(GAUSS, dtype=float),
        "panel_nodes": found["panel_nodes"],
        "chosen": n_nodes,
        "order": mass_errors.order_of(TRAPEZOID, found["trapezoid"]),
        **powers,
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
            (0.2, 1.0, 5.0),
            default=5.0,
            meaning="of the random scores; small ones are not cut on the line",
        ),
        Steps(
            "n_nodes", "nodes", NODES, default=33, meaning="drawn on the left, marked on the right"
        ),
    ],
    panels=[
        Panel(
            Area("place", "density", label="density"),
            Line("even", "even_density", label="trapezoid", tone="value", width=1.4),
            Points("even", "even_density", tone="value", size=5),
            Points("own", "rug", label="nodes of the panels", tone="support", size=4),
            Points("kinks", "ground", label="kinks", tone="accent", size=9),
            title="One density, and where the rules look",
            x=Axis("t"),
            y=Axis("density"),
        ),
        Panel(
            Line("trapezoid_nodes", "trapezoid", label="trapezoid", tone="value"),
            Line("gauss_nodes", "gauss", label="Gauss, one panel", tone="second"),
            Line("panel_nodes", "panels", label="Gauss, panels at the kinks", tone="support"),
            Rule("chosen", tone="muted"),
            title="Error of the mass",
            x=Axis("nodes", (4, 2100), log=True),
            y=Axis(
                "root mean square over eight scores",
                (-17.5, 1),
                ticks={0: "1", -4: "10⁻⁴", -8: "10⁻⁸", -12: "10⁻¹²", -16: "10⁻¹⁶"},
            ),
        ),
    ],
    readouts=[
        Readout("n_kinks", "kinks of the density drawn", digits=0),
        Readout("order", "order of the trapezoid", digits=1, undefined="exponential"),
        Readout("at_trapezoid", "error: trapezoid", log10=True),
        Readout("at_gauss", "Gauss", log10=True),
        Readout("at_panels", "panels", log10=True),
    ],
    depends={
        ("trapezoid_nodes", "gauss_nodes", "ground"): (),
        "chosen": ("n_nodes",),
        "place": ("domain",),
        ("trapezoid", "gauss", "panels", "panel_nodes", "order"): ("domain", "alpha", "amplitude"),
        ("density", "rug", "kinks", "n_kinks"): ("domain", "alpha", "amplitude"),
        "even": ("domain", "n_nodes"),
    },
    caption="""The same mass by three rules. Equally spaced nodes are as good as it gets on the line
    as long as nothing is cut; one kink, and their error falls like a power of their number. Panels
    that end at the kinks restore the speed.""",
    alt="""Left, a density with kinks at zero, equally spaced nodes on it and a row of nodes below;
    right, three falling curves of error against the number of nodes, on logarithmic axes.""",
)
