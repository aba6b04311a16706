"""A mixture of sparse bumps beside the kernel density with the same hills."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.distributions import Categorical, MixtureSameFamily

from attnkit.densities.alpha_family.beta_gaussian import BetaGaussian
from attnkit.densities.kernel.kernels import gaussian
from attnkit.densities.kernel.normalisations import threshold, threshold_normalised
from attnkit.densities.kernel.objective import objective
from attnkit.densities.shared.figures.own import midpoints
from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.batches import in_batches
from attnkit.explore.marks import Affine, Area, Line, Points, Rule
from attnkit.explore.presets import alpha_slider, one_point

__all__ = ["SPARSE_MIXTURE", "hills", "mixture_for"]

WIDTH = 0.07
SEPARATIONS = (0.05, 0.1, 0.14, 0.18, 0.22, 0.26, 0.3)
ALPHAS = (1.0, 1.25, 1.5, 2.0)
NODES, MASSES = midpoints(2000)
SHOWN = slice(5, None, 10)


def hills(
    components: int, separation: float | Tensor, ratio: float | Tensor, size: float | Tensor
) -> tuple[Float[Tensor, "*batch hill"], Float[Tensor, "*batch hill"]]:
    """Centers of the hills around 1/2, and their heights: the first is the tallest."""
    separation, ratio, size = (
        torch.as_tensor(number, dtype=torch.float64).unsqueeze(-1)
        for number in (separation, ratio, size)
    )
    rank = torch.arange(components, dtype=torch.float64)
    heights = size * torch.where(rank == 0, 1.0, ratio)
    return 0.5 + separation * (rank - (components - 1) / 2), heights


def mixture_for(
    centers: Float[Tensor, "*batch hill"], heights: Float[Tensor, "*batch hill"], alpha: float
) -> MixtureSameFamily:
    """One component per hill, the density of the parabola that fits its top; equal weights."""
    variances = (WIDTH**2 / heights)[..., None, None]
    bumps = BetaGaussian(centers.unsqueeze(-1), variances, alpha)
    return MixtureSameFamily(Categorical(logits=torch.zeros_like(centers)), bumps)


def compute(
    components: float, separation: float, ratio: float, size: float, alpha: float
) -> Values:
    """The score and its threshold, both densities, and what each holds between the bumps."""
    shape = {"separation": separation, "ratio": ratio, "size": size}
    (values,) = _of_hills(components, alpha, [shape])
    return values


def compute_many(settings: Sequence[Mapping]) -> list[Values]:
    """What `compute` gives for each setting: a batch for each number of hills and alpha."""
    return in_batches(settings, ("components", "alpha"), _of_hills)


def _of_hills(components: float, alpha: float, shapes: Sequence[Mapping]) -> Iterator[Values]:
    """The figure's values for each separation, ratio and size."""
    separation, ratio, size = (
        torch.tensor([shape[name] for shape in shapes], dtype=torch.float64)
        for name in ("separation", "ratio", "size")
    )
    centers, heights = hills(int(components), separation, ratio, size)
    kernels = gaussian(NODES, centers.unsqueeze(-1), width=WIDTH)
    score = (heights.unsqueeze(-2) @ kernels).squeeze(-2)
    densities = {
        "kernel": threshold_normalised(score, MASSES, alpha),
        "mixture": mixture_for(centers, heights, alpha).log_prob(NODES[:, None, None]).exp().mT,
    }
    middle = centers[:, :2].mean(-1)
    level = threshold(score, MASSES, alpha) if alpha > 1 else torch.full_like(middle, math.nan)
    columns = {
        "shape": (score[:, SHOWN] / size.unsqueeze(-1)).numpy(),
        "size": size.tolist(),
        "threshold": level.tolist(),
        "middle": middle.tolist(),
    }
    for name, density in densities.items():
        density = density / (density @ MASSES).unsqueeze(-1)
        first = middle.unsqueeze(-1) > NODES
        columns |= {
            name: density[:, SHOWN].numpy(),
            f"between_{name}": [
                float(np.interp(place, NODES, row))
                for place, row in zip(middle, density, strict=True)
            ],
            f"earned_{name}": objective(density, score, MASSES, alpha).tolist(),
            f"first_{name}": ((density * first) @ MASSES).tolist(),
        }
    for values in zip(*columns.values(), strict=True):
        yield {"time": NODES[SHOWN].numpy()} | dict(zip(columns, values, strict=True))


SPARSE_MIXTURE = Explorable(
    name="sparse-mixture",
    title="A mixture, and the density of one score",
    compute=compute,
    compute_many=compute_many,
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
