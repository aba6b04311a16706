"""Three ways to make a density of one score, side by side: a threshold, or a division."""

import functools
import math
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from attnkit.densities.kernel import normalisations
from attnkit.densities.kernel.kernels import gaussian
from attnkit.densities.kernel.objective import objective
from attnkit.densities.shared.figures.own import midpoints
from attnkit.explore import Axis, Explorable, Numbers, Panel, Readout, Slider, Values
from attnkit.explore.batches import in_batches
from attnkit.explore.marks import Affine, Area, Line, Rule
from attnkit.explore.presets import alpha_slider

__all__ = ["THREE_NORMALISATIONS"]

ALPHAS = (1.0, 1.25, 1.5, 2.0)
NODES, MASSES = midpoints(2000)
SHOWN = slice(5, None, 10)


@functools.cache
def _shape() -> Tensor:
    """A smooth random score with values from -1 to 1: twenty kernels of width 0.05."""
    generator = torch.Generator().manual_seed(8)
    centers = torch.linspace(0, 1, 20, dtype=torch.float64)
    coefficients = torch.randn(20, generator=generator, dtype=torch.float64)
    return _from_minus_one_to_one(gaussian(NODES.unsqueeze(-1), centers, width=0.05) @ coefficients)


def _own_shape(scores: Collection[float]) -> Tensor:
    """Straight lines through a reader's evenly spaced scores."""
    row = np.array([*map(float, scores)])
    drawn = np.interp(NODES.numpy(), np.linspace(0, 1, len(row)), row)
    return _from_minus_one_to_one(torch.from_numpy(drawn))


def _from_minus_one_to_one(score: Tensor) -> Tensor:
    """Bring the lowest score to -1 and the highest to 1; a level score lies at 0."""
    low, high = score.aminmax()
    return 2 * (score - low) / (high - low) - 1 if high > low else torch.zeros_like(score)


SHAPE = _shape()


def compute(
    alpha: float, amplitude: float, shift: float, *, scores: Collection[float] = ()
) -> Values:
    """Score, the levels below which each density is zero, densities, objectives and supports."""
    setting = {"amplitude": amplitude, "shift": shift}
    (values,) = _of_scores(alpha, [setting], _own_shape(scores) if len(scores) else SHAPE)
    return values


def compute_many(settings: Sequence[Mapping]) -> list[Values]:
    """What `compute` gives for each setting: one batch for each alpha."""
    return in_batches(settings, ("alpha",), _of_scores)


def _of_scores(
    alpha: float, settings: Sequence[Mapping], shape: Tensor = SHAPE
) -> Iterator[Values]:
    """The figure's values for each amplitude and shift of the score."""
    amplitude, shift = (
        torch.tensor([setting[name] for setting in settings], dtype=torch.float64)
        for name in ("amplitude", "shift")
    )
    score = amplitude.unsqueeze(-1) * shape + shift.unsqueeze(-1)
    reach = 1 / (alpha - 1) if alpha > 1 else math.nan
    columns = {
        "amplitude": amplitude.tolist(),
        "shift": shift.tolist(),
        "level_threshold": (normalisations.threshold(score, MASSES, alpha) + 0 * reach).tolist(),
        "level_after": (score.amax(-1) - reach).tolist(),
    }
    densities = {
        "threshold": normalisations.threshold_normalised(score, MASSES, alpha),
        "divided": normalisations.divided(score, MASSES, alpha),
        "after": normalisations.divided_after_maximum(score, MASSES, alpha),
    }
    for name, density in densities.items():
        held = density > 0
        found = held.any(-1)
        earned = objective(density, score, MASSES, alpha)
        columns |= {
            f"density_{name}": density[:, SHOWN].where(found.unsqueeze(-1), math.nan).numpy(),
            f"objective_{name}": earned.where(found, math.nan).tolist(),
            f"length_{name}": (held.double() @ MASSES).where(found, math.nan).tolist(),
        }
    shared = {"time": NODES[SHOWN].numpy(), "shape": shape[SHOWN].numpy(), "level_divided": -reach}
    for values in zip(*columns.values(), strict=True):
        yield shared | dict(zip(columns, values, strict=True))


def _readouts() -> list[Readout]:
    names = {"threshold": "threshold", "divided": "divide", "after": "divide after maximum"}
    return [
        Readout(f"{what}_{name}", f"{words}, {label}", undefined="no density")
        for what, words in (("objective", "objective"), ("length", "support"))
        for name, label in names.items()
    ]


THREE_NORMALISATIONS = Explorable(
    name="three-normalisations",
    title="One score, three densities",
    compute=compute,
    compute_many=compute_many,
    controls=[
        alpha_slider(ALPHAS, meaning="at 1 the three are one"),
        Slider(
            "amplitude",
            stops=(0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0),
            default=3.0,
            step=0.5,
            meaning="the score runs from −amplitude to +amplitude, plus the shift",
        ),
        Slider(
            "shift",
            stops=(-20.0, -10.0, -5.0, -2.0, -1.0, 0.0, 1.0, 2.0, 5.0, 10.0, 20.0),
            default=0.0,
            step=0.5,
            meaning="a constant added to the score everywhere",
        ),
    ],
    free=[
        Numbers(
            "scores",
            "your own score",
            least=2,
            most=1000,
            meaning="evenly spaced, and brought to −1 to 1, in place of the random score",
        )
    ],
    panels=[
        Panel(
            Line("time", Affine("shift", "amplitude", "shape"), label="score", tone="muted"),
            Rule("level_threshold", axis="y", label="threshold", tone="density", dash=False),
            Rule("level_divided", axis="y", label="divide", tone="value"),
            Rule("level_after", axis="y", label="divide after maximum", tone="accent"),
            title="Zero below these lines",
            x=Axis("t", (0, 1)),
            y=Axis("score"),
        ),
        Panel(
            Area("time", "density_threshold", label="threshold"),
            Line("time", "density_divided", label="divide", tone="value"),
            Line("time", "density_after", label="divide after maximum", tone="accent"),
            title="Densities",
            x=Axis("t", (0, 1)),
            y=Axis("density"),
            main=True,
        ),
    ],
    readouts=_readouts(),
    depends={
        ("time", "shape"): (),
        "amplitude": ("amplitude",),
        "shift": ("shift",),
        "level_divided": ("alpha",),
        ("density_threshold", "density_after", "length_threshold"): ("alpha", "amplitude"),
        "length_after": ("alpha", "amplitude"),
    },
    caption="""The threshold moves with the score until the mass is one. Dividing cuts at a level
    that ignores the score, and scales what is left; subtracting the maximum first ties that level
    to the peak. Only the first is the density that earns most.""",
    alt="""Left, a wavy score and three horizontal lines; right, three densities that are zero where
    the score is below the line of the same colour.""",
    page_note="In Jupyter it takes a score of your own.",
)
