"""A mixture of sparse bumps beside the kernel density with the same hills."""

import math

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Categorical, MixtureSameFamily

from attnkit.densities.alpha_family.beta_gaussian import BetaGaussian
from attnkit.densities.kernel.kernels import gaussian
from attnkit.densities.kernel.normalisations import threshold, threshold_normalised
from attnkit.densities.kernel.objective import objective
from attnkit.densities.shared.figures.own import midpoints
from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Affine, Area, Line, Points, Rule
from attnkit.explore.presets import alpha_slider, one_point

__all__ = ["SPARSE_MIXTURE", "hills", "mixture_for"]

WIDTH = 0.07
SEPARATIONS = (0.05, 0.1, 0.14, 0.18, 0.22, 0.26, 0.3)
ALPHAS = (1.0, 1.25, 1.5, 2.0)
NODES, MASSES = midpoints(2000)
SHOWN = slice(5, None, 10)


def hills(components: int, separation: float, ratio: float, size: float) -> tuple[Tensor, Tensor]:
    """Centers of the hills around 1/2, and their heights: the first is the tallest."""
    places = torch.arange(components, dtype=torch.float64) - (components - 1) / 2
    heights = torch.full((components,), size * ratio, dtype=torch.float64)
    heights[0] = size
    return 0.5 + separation * places, heights


def mixture_for(centers: Tensor, heights: Tensor, alpha: float) -> MixtureSameFamily:
    """One component per hill, the density of the parabola that fits its top; equal weights."""
    variances = (WIDTH**2 / heights)[:, None, None]
    bumps = BetaGaussian(centers.unsqueeze(-1), variances, alpha)
    return MixtureSameFamily(Categorical(logits=torch.zeros_like(centers)), bumps)


def compute(
    components: float, separation: float, ratio: float, size: float, alpha: float
) -> Values:
    """The score and its threshold, both densities, and what each holds between the bumps."""
    centers, heights = hills(int(components), separation, ratio, size)
    score = heights @ gaussian(NODES, centers.unsqueeze(-1), width=WIDTH)
    densities = {
        "kernel": threshold_normalised(score, MASSES, alpha),
        "mixture": mixture_for(centers, heights, alpha).log_prob(NODES.unsqueeze(-1)).exp(),
    }
    middle = centers[:2].mean().item()
    values = {
        "time": NODES[SHOWN].numpy(),
        "shape": (score[SHOWN] / size).numpy(),
        "size": size,
        "threshold": threshold(score, MASSES, alpha).item() if alpha > 1 else math.nan,
        "middle": middle,
    }
    for name, density in densities.items():
        density = density / (MASSES @ density)
        values |= {
            name: density[SHOWN].numpy(),
            f"between_{name}": float(np.interp(middle, NODES, density)),
            f"earned_{name}": objective(density, score, MASSES, alpha).item(),
            f"first_{name}": (MASSES @ (density * (middle > NODES))).item(),
        }
    return values


SPARSE_MIXTURE = Explorable(
    name="sparse-mixture",
    title="A mixture, and the density of one score",
    compute=compute,
    controls=[
        Steps("components", "hills", (2.0, 3.0), meaning="of the score"),
        Slider(
            "separation",
            stops=SEPARATIONS,
            default=0.22,
            step=0.01,
            meaning="between neighbouring hills, whose width is 0.07",
        ),
        Slider(
            "ratio",
            "height of the others",
            stops=(0.4, 0.7, 0.85, 1.0),
            default=0.85,
            step=0.05,
            meaning="as a share of the first hill's",
        ),
        Slider(
            "size",
            "size of the score",
            stops=(2.0, 4.0, 8.0, 16.0),
            default=8.0,
            step=1.0,
            meaning="height of the first hill",
        ),
        alpha_slider(ALPHAS, meaning="of the kernel density and of every component"),
    ],
    panels=[
        Panel(
            Line("time", Affine(0.0, "size", "shape"), label="score f(t)", tone="muted"),
            Rule("threshold", axis="y", label="threshold τ"),
            title="One score, one threshold",
            x=Axis("t", (0, 1)),
            y=Axis("score"),
        ),
        Panel(
            Area("time", "kernel", label="kernel density"),
            Line("time", "mixture", label="mixture", tone="value"),
            Points(one_point("middle"), one_point("between_kernel"), tone="density", size=9),
            Points(one_point("middle"), one_point("between_mixture"), tone="value", size=9),
            title="Two densities",
            x=Axis("t", (0, 1)),
            y=Axis("density"),
            main=True,
        ),
    ],
    readouts=[
        Readout("first_kernel", "mass of the first bump, kernel"),
        Readout("first_mixture", "mass of the first bump, mixture"),
        Readout("between_kernel", "density between the bumps, kernel"),
        Readout("between_mixture", "density between the bumps, mixture"),
        Readout("earned_kernel", "earned under this score, kernel"),
        Readout("earned_mixture", "earned under this score, mixture"),
    ],
    depends={
        "time": (),
        "shape": ("components", "separation", "ratio"),
        "size": ("size",),
        "middle": ("components", "separation"),
    },
    caption="""The kernel density is the best answer to the whole score: hills share one threshold,
    so a low hill gets little or nothing. The mixture fits each hill by itself and shares mass by
    weights, here equal ones; it earns less under this score, at every setting.""",
    alt="""Left, a score with two hills and a horizontal threshold; right, a density that favours
    the higher hill, and a mixture with half its mass on each.""",
)
