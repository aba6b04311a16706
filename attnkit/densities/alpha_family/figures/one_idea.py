"""The one idea: a score becomes a density, and what is read is the mean of the values under it."""

import functools
import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from attnkit.densities.alpha_family import line
from attnkit.explore import (
    Affine,
    Area,
    Axis,
    Band,
    Explorable,
    Line,
    Panel,
    Points,
    Readout,
    Rule,
    Slider,
    Values,
)
from attnkit.explore.presets import one_point

__all__ = ["ONE_IDEA", "value_at"]

WIDTH = 0.1
"""Of the score at temperature one: it falls by a half within it."""
REACH = 16.0
"""How far the shapes are drawn, in spreads: across the picture from either end of it."""
FLOOR = -2.75
TIMES = torch.linspace(0, 1, 101, dtype=torch.float64)
WAVES = ((1.0, 1.0, 0.4), (0.55, 3.0, 1.9), (0.2, 5.0, 0.3))


def value_at(times: Tensor, shrink: Sequence[float] = (1.0, 1.0, 1.0)) -> Tensor:
    """What is found at each place: three waves, which go on beyond the picture."""
    waves = zip(WAVES, shrink, strict=True)
    return sum(
        share * size * (2 * math.pi * rate * times + phase).sin()
        for (size, rate, phase), share in waves
    )


def compute(query: float, temperature: float, alpha: float) -> Values:
    """Score, threshold, density and context of a query; the shapes in units of their spread."""
    shapes, shrink = _shapes(temperature, alpha)
    here = torch.tensor(query, dtype=torch.float64)
    return {
        "query": query,
        "time": TIMES.numpy(),
        "value": value_at(TIMES).numpy(),
        "here": value_at(here).item(),
        "context": value_at(here, shrink).item(),
        **shapes,
    }


@functools.cache
def _shapes(temperature: float, alpha: float) -> tuple[Values, list[float]]:
    """What does not depend on the query, and what the density leaves of each wave."""
    score_variance = torch.tensor(temperature * WIDTH**2, dtype=torch.float64)
    spread = line.spread_squared(score_variance, alpha).sqrt().item()
    edge = math.sqrt(2 / (alpha - 1)) if alpha > 1 else math.inf
    unit = _places(edge)
    density = line.density(spread * unit, torch.zeros(()).double(), score_variance, alpha)
    shrink = _shrink(spread, score_variance, alpha)
    return {
        "spread": spread,
        "unit": unit.numpy(),
        "slope": -(spread**2) / (2 * score_variance.item()),
        "square": unit.square().numpy(),
        "threshold": line.threshold(score_variance, alpha).item() if alpha > 1 else math.nan,
        "edges": np.array([-edge, edge]) if alpha > 1 else np.full(2, math.nan),
        "peak": density.max().item(),
        "profile": (density / density.max()).numpy(),
        "shadow": 0.22 * density.max().item(),
        "means": value_at(TIMES, shrink).numpy(),
        "length": 2 * spread * edge if alpha > 1 else math.nan,
    }, shrink


def _places(edge: float) -> Tensor:
    """Where the shapes are drawn, in spreads: densest at the ends of the support."""
    angles = torch.linspace(-math.pi / 2, math.pi / 2, 121, dtype=torch.float64)
    inside = 4.5 * angles / angles[-1] if math.isinf(edge) else edge * angles.sin()
    outside = torch.linspace(inside[-1], REACH, 21, dtype=torch.float64)[1:]
    return torch.cat([-outside.flip(0), inside, outside])


def _shrink(spread: float, score_variance: Tensor, alpha: float) -> list[float]:
    """What the mean under a density leaves of each wave: E cos(2 pi rate u), u the way to it.

    The density is even, so that the mean of a wave is the wave at the query times this.
    """
    far = spread * (9.0 if alpha == 1 else math.sqrt(2 / (alpha - 1)))
    ways = far * ((torch.arange(500, dtype=torch.float64) + 0.5) / 500)
    masses = line.density(ways, torch.zeros(()).double(), score_variance, alpha)
    return [
        ((2 * math.pi * rate * ways).cos() @ (masses / masses.sum())).item() for _, rate, _ in WAVES
    ]


DRAWN = Affine("query", "spread", "unit")
PLACE = Axis("place t", (0, 1))
TEMPERATURES = (
    *(0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9, 1.0),
    *(1.2, 1.4, 1.7, 2.0, 2.4, 2.8, 3.4, 4.0),
)
ALPHAS = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)

ONE_IDEA = Explorable(
    name="one-idea",
    title="A query, what it attends to, and what it reads",
    compute=compute,
    controls=[
        Slider(
            "query", low=0.0, high=1.0, default=0.275, step=0.005, grid=81, meaning="where it asks"
        ),
        Slider(
            "temperature", grid=TEMPERATURES, default=0.6, step=0.05, meaning="divides the score"
        ),
        Slider(
            "alpha",
            "α",
            stops=ALPHAS,
            default=1.5,
            step=0.25,
            meaning="1 softmax; larger is sparser",
        ),
    ],
    panels=[
        Panel(
            Line(DRAWN, Affine(0.0, "slope", "square"), label="score f(t)", tone="muted"),
            Rule("threshold", axis="y", label="threshold τ"),
            Line(
                Affine("query", "spread", "edges"),
                Affine("threshold", 0.0, "edges"),
                label="support",
                tone="support",
                width=5,
            ),
            x=PLACE,
            y=Axis("score", (-6, 0.5)),
        ),
        Panel(
            Area(DRAWN, Affine(0.0, "peak", "profile"), label="density p(t)"),
            Rule("query", label="query", tone="muted"),
            x=PLACE,
            y=Axis("density", (0, 6.5)),
        ),
        Panel(
            Band(
                DRAWN,
                Affine(FLOOR, 0.0, "profile"),
                Affine(FLOOR, "shadow", "profile"),
                label="density",
                tone="density",
            ),
            Rule("query", label="query", tone="muted"),
            Line("time", "value", label="value V(t)", tone="muted", width=1.8),
            Line("time", "means", label="the mean, for every query", tone="value"),
            Points(
                one_point("query"),
                one_point("context"),
                label="what is read",
                tone="accent",
                size=12,
            ),
            x=PLACE,
            y=Axis("value", (FLOOR, 2.0)),
            main=True,
        ),
    ],
    readouts=[
        Readout("context", "what is read, E[V]"),
        Readout("here", "the value at the query"),
        Readout("length", "length of what is seen", undefined="all of the line"),
    ],
    depends={
        ("time", "value"): (),
        ("query", "here"): ("query",),
        ("unit", "square", "edges", "profile"): ("alpha",),
        ("spread", "slope", "threshold", "peak"): ("temperature", "alpha"),
        ("shadow", "means", "length"): ("temperature", "alpha"),
    },
    caption="""A query asks at one place of a line. The score says how well every place matches it;
    the density turns the score into shares of attention; what is read is the mean of the values
    under the density. Move the query: the dot runs along the curve of all such means. A low
    temperature reads the place itself, a high one the whole line and no detail.""",
    alt="""Top left, a score that falls off from the query, with a threshold; top right, the density
    around the query; below, a wavy curve of values, the smoother curve of their means, and a dot
    on it above the density.""",
)
