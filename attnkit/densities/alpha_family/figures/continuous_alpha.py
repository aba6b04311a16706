"""The alpha family on the line, and what moves when something else is held still."""

import math

import numpy as np
import torch
from torch import Tensor

from attnkit.densities.alpha_family import line
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Affine, Area, Band, Line, Rule
from attnkit.explore.presets import where

__all__ = ["CONTINUOUS_ALPHA", "score_variance_for"]

ALPHAS = (*np.arange(1, 2, 0.05).round(2).tolist(), 2.0, 2.25, 2.5, 2.75, 3.0, 3.5, 4.0, 5.0, 6.0)
HELD = ("variance", "score-variance", "support")
# Places from edge to edge of the support, dense at the edges, and one far outside on each side.
PLACES = np.concatenate([[-30, -1], np.sin(np.linspace(-1, 1, 61) * math.pi / 2)[1:-1], [1, 30]])
INSIDE = tuple(np.linspace(-1, 1, 41).tolist())
GAPS = {"score_variance", "variance", "half_support", "threshold", "precision", "reach", "peak"}


def score_variance_for(alpha: float, held: str, width: float) -> Tensor | None:
    """The score variance at which `held` is that of the parabola with standard deviation `width`.

    None for a support held at alpha = 1, where no density has a bounded one.
    """
    variance = torch.tensor(width**2, dtype=torch.float64)
    parabola = line.score_variance_from_variance(variance, 2.0)
    if held == "score-variance":
        return parabola
    if held == "variance":
        return line.score_variance_from_variance(variance, alpha)
    half_support = line.half_support(parabola, 2.0)
    return line.score_variance_from_half_support(half_support, alpha) if alpha > 1 else None


def compute(alpha: float, held: str, width: float) -> Values:
    """The density in units of its reach, and the numbers that place it."""
    positions = np.linspace(-5, 5, 101)
    fixed = {"place": PLACES, "position": positions, "half_square": -(positions**2) / 2}
    sigma2 = score_variance_for(alpha, held, width)
    if sigma2 is None:
        nothing = {"density": np.full(len(PLACES), math.nan), **dict.fromkeys(GAPS, math.nan)}
        return fixed | nothing
    half_support = line.half_support(sigma2, alpha)
    reach = torch.minimum(half_support, 5 * line.spread_squared(sigma2, alpha).sqrt())
    points = reach * torch.from_numpy(PLACES)
    zero = torch.zeros_like(sigma2)
    return fixed | {
        "reach": reach.item(),
        "density": line.density(points, zero, sigma2, alpha).numpy(),
        "peak": line.density(zero, zero, sigma2, alpha).item(),
        "precision": 1 / sigma2.item(),
        "threshold": line.threshold(sigma2, alpha).item() if alpha > 1 else math.nan,
        "half_support": half_support.item() if alpha > 1 else math.nan,
        "variance": line.variance(sigma2, alpha).item(),
        "score_variance": sigma2.item(),
    }


CONTINUOUS_ALPHA = Explorable(
    name="continuous-alpha",
    title="One family from the Gaussian to the uniform density",
    compute=compute,
    controls=[
        Steps(
            "alpha",
            "α",
            ALPHAS,
            default=2.0,
            meaning="1 Gaussian, 1.5 biweight, 2 parabola, ∞ uniform",
        ),
        Choice("held", "hold still", HELD, meaning="its value is that of the parabola (α = 2)"),
        Slider(
            "width",
            stops=(0.75, 1.0, 1.25, 1.5),
            default=1.0,
            step=0.05,
            meaning="standard deviation of the parabola",
        ),
    ],
    panels=[
        Panel(
            Band(
                Affine(0.0, "half_support", INSIDE),
                where("threshold", INSIDE),
                Affine(0.0, "threshold", [u * u for u in INSIDE]),
                tone="density",
            ),
            Line("position", Affine(0.0, "precision", "half_square"), label="score"),
            Rule("threshold", axis="y", label="threshold"),
            x=Axis("t − μ", (-5, 5)),
            y=Axis("score"),
        ),
        Panel(
            Area(Affine(0.0, "reach", "place"), "density", label="density p(t)"),
            x=Axis("t − μ", (-5, 5)),
            y=Axis("density", (0, 0.85)),
            main=True,
        ),
    ],
    readouts=[
        Readout("variance", "variance", undefined="no such density"),
        Readout("half_support", "half support", undefined="unbounded"),
        Readout("threshold", "threshold τ", undefined="none"),
        Readout("peak", "peak p(μ)", undefined="no such density"),
        Readout("score_variance", "score variance σ²", undefined="no such density"),
    ],
    depends={("place", "position", "half_square"): ()},
    caption="""A quadratic score, cut off at a threshold and bent by the power 1/(α − 1), is a
    density. Move α and change what is held still: the three agree at α = 2 and part on both
    sides.""",
    alt="""Left, a downward parabola, the score, with a horizontal threshold; right, the bell-shaped
    density above zero exactly where the score exceeds the threshold.""",
)
