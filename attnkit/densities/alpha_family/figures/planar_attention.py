"""An elliptical density over a photograph: which brightnesses it reads, and their mean."""

import functools
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities import BetaGaussian
from attnkit.explore import Axis, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.batches import in_batches
from attnkit.explore.marks import Affine, Area, Bars, Heat, Line, Rule

__all__ = ["PLANAR_ATTENTION", "ellipse"]

CELL = 10  # pixels of the photograph, on each side, that make one of the figure
NODES = 2  # per side of a pixel of the figure
COLUMNS, ROWS = (6.0, 13.0, 20.0, 27.0, 34.0, 41.0, 48.0, 55.0), (6.0, 13.0, 20.0, 27.0, 34.0)
ANGLES, SPREADS, ALPHAS = (0.0, 30.0, 60.0, 90.0, 120.0, 150.0), (3.0, 5.0, 8.0), (1.0, 1.5, 2.0)
RATIO = 2.0  # long to short standard deviation
BINS = np.linspace(0, 1, 13)
TURNS = np.linspace(0, 2 * math.pi, 49)
RADII = np.linspace(0, 5, 81)


@functools.cache
def photograph() -> Float[Tensor, "row column"]:
    """Brightness of the palace in scikit-learn's sample photographs, 0 to 1."""
    from sklearn.datasets import load_sample_image

    grey = torch.from_numpy(load_sample_image("china.jpg").mean(axis=-1) / 255)
    height, width = (side // CELL for side in grey.shape)
    return grey[: height * CELL, : width * CELL].reshape(height, CELL, width, CELL).mean((1, 3))


def ellipse(column: float, row: float, angle: float, spread: float, alpha: float) -> BetaGaussian:
    """The density with standard deviations `spread` and half of it, turned by `angle` degrees.

    The covariance of a density in the plane grows as the (1 / alpha)-th power of its scale matrix,
    so one step from any scale matrix gives the one wanted.
    """
    turn = math.radians(angle)
    axes = torch.tensor(
        [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]], dtype=torch.float64
    )
    deviations = torch.tensor([spread, spread / RATIO], dtype=torch.float64)
    wanted = axes @ torch.diag(deviations.square()) @ axes.T
    place = torch.tensor([column, row], dtype=torch.float64)
    growth = BetaGaussian(place, wanted, alpha).covariance_matrix[0, 0] / wanted[0, 0]
    return BetaGaussian(place, wanted * growth ** (-alpha), alpha)


@functools.cache
def _nodes() -> tuple[Float[Tensor, "node 2"], Float[Tensor, "node bin"], Float[Tensor, " node"]]:
    """Points (column, row) inside the pixels, which bin holds each, and each one's brightness."""
    image = photograph()
    rows, columns = ((torch.arange(n * NODES) + 0.5) / NODES for n in image.shape)
    points = torch.stack(torch.meshgrid(columns, rows, indexing="xy"), dim=-1).double()
    fine = image.repeat_interleave(NODES, 0).repeat_interleave(NODES, 1).flatten()
    bins = torch.from_numpy(np.digitize(fine.numpy(), BINS[1:-1]))
    return points.flatten(0, 1), torch.nn.functional.one_hot(bins, len(BINS) - 1).double(), fine


def compute(column: float, row: float, angle: float, spread: float, alpha: float) -> Values:
    """The photograph, the outline, the profile, and brightness under the density."""
    (values,) = _over_photograph(angle, spread, alpha, [{"column": column, "row": row}])
    return values


def compute_many(settings: Sequence[Mapping]) -> list[Values]:
    """What `compute` gives for each setting: one batch for all places of an ellipse."""
    return in_batches(settings, ("angle", "spread", "alpha"), _over_photograph)


def _over_photograph(
    angle: float, spread: float, alpha: float, places: Sequence[Mapping]
) -> Iterator[Values]:
    """The figure's values for an ellipse at each place."""
    points, bins, brightness = _nodes()
    centers = torch.tensor([[place["column"], place["row"]] for place in places]).double()
    density = ellipse(0.0, 0.0, angle, spread, alpha)
    masses = density.log_prob(points - centers.unsqueeze(-2)).exp() / NODES**2
    mass = masses.sum(-1)
    columns = {
        "share": (masses @ bins / mass.unsqueeze(-1)).numpy(),
        "context": (masses @ brightness / mass).tolist(),
        "mass": mass.tolist(),
        "read": ((masses > 0).sum(-1) / NODES**2).tolist(),
    }
    drawn = _photograph_drawn() | _ellipse_drawn(angle, spread, alpha)
    for place, *row in zip(places, *columns.values(), strict=True):
        at = {"column": place["column"], "row": place["row"]}
        yield drawn | at | dict(zip(columns, row, strict=True))


def _photograph_drawn() -> Values:
    image = photograph()
    return {
        "image": image.numpy(),
        "columns": np.arange(image.shape[1]) + 0.5,
        "rows": np.arange(image.shape[0]) + 0.5,
        "bin": (BINS[1:] + BINS[:-1]) / 2,
        "radius": RADII,
    }


def _ellipse_drawn(angle: float, spread: float, alpha: float) -> Values:
    """The outline of an ellipse, and the density along its long axis in standard deviations."""
    turn, reach = math.radians(angle), math.sqrt(2 / (alpha - 1) + 4) if alpha > 1 else math.nan
    long, short = np.cos(TURNS), np.sin(TURNS) / RATIO
    line = torch.from_numpy(np.stack([RADII, np.zeros_like(RADII)], axis=-1))
    return {
        "edge": spread * reach,
        "deviation": spread,
        "across": long * math.cos(turn) - short * math.sin(turn),
        "down": long * math.sin(turn) + short * math.cos(turn),
        "profile": ellipse(0.0, 0.0, 0.0, 1.0, alpha).log_prob(line).exp().numpy(),
        "reach": reach,
    }


def _outline(size: str) -> tuple[Affine, Affine]:
    """The ellipse of that size, around its centre."""
    return Affine("column", size, "across"), Affine("row", size, "down")


PLANAR_ATTENTION = Explorable(
    name="planar-attention",
    title="An ellipse over a photograph",
    compute=compute,
    compute_many=compute_many,
    controls=[
        Steps("column", "column", COLUMNS, default=34.0, meaning="where attention is centred"),
        Steps("row", "row", ROWS, default=20.0, meaning="from the top"),
        Steps("angle", "angle", ANGLES, default=30.0, meaning="of the long axis, in degrees"),
        Steps("spread", "spread", SPREADS, default=5.0, meaning="standard deviation, long axis"),
        Steps("alpha", "α", ALPHAS, default=2.0, meaning="1 Gaussian, 2 sparse"),
    ],
    panels=[
        Panel(
            Bars("bin", "share", label="share of the mass"),
            Rule("context", label="context"),
            x=Axis("brightness", (0, 1)),
            y=Axis("mass", (0, 0.8)),
        ),
        Panel(
            Area("radius", "profile", label="density"),
            Rule("reach", label="edge"),
            x=Axis("distance, in standard deviations", (0, 5)),
            y=Axis("density", (0, 0.36)),
        ),
        Panel(
            Heat("image", x="columns", y="rows", low=0.0, high=1.0),
            Line(*_outline("deviation"), label="one standard deviation", tone="value", dash=True),
            Line(*_outline("edge"), label="edge of the support", tone="accent"),
            x=Axis("column", (0, 64)),
            y=Axis("row", (42, 0)),
            square=True,
            main=True,
        ),
    ],
    readouts=[
        Readout("context", "context: mean brightness"),
        Readout("read", "pixels read", digits=0),
        Readout("mass", "mass inside the photograph"),
    ],
    depends={
        ("image", "columns", "rows", "bin", "radius"): (),
        ("profile", "reach"): ("alpha",),
        ("across", "down"): ("angle",),
        ("share", "context", "mass", "read"): ("column", "row", "angle", "spread", "alpha"),
        "column": ("column",),
        "row": ("row",),
        "deviation": ("spread",),
        "edge": ("spread", "alpha"),
    },
    caption="""An elliptical density over a photograph, with the same covariance for every α. Beyond
    the solid edge nothing is read at all; the Gaussian, α = 1, has no edge and reads every pixel a
    little. The density is renormalised on the photograph.""",
    alt="""Bars of the share of mass that each brightness gets; the density along the long axis; a
    photograph of a palace with an ellipse on it.""",
)
