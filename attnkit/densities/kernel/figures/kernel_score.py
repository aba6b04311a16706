"""A score made of kernels: how its threshold cuts it into several regions of attention."""

import functools
import math
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import torch
from scipy.interpolate import CubicSpline
from torch import Tensor

from attnkit.densities.kernel.density import KernelDensity
from attnkit.densities.kernel.kernels import gaussian
from attnkit.densities.kernel.normalisations import escort
from attnkit.densities.shared.figures.own import (
    ACCELERATION,
    GESTURE_TIME,
    OWN_SIGNAL,
    SIGNAL_ENDS,
    reach,
)
from attnkit.densities.values.thinned_gesture import fit, kept_samples
from attnkit.explore import Axis, Choice, Explorable, Free, Panel, Readout, Slider, Values
from attnkit.explore.batches import in_batches
from attnkit.explore.marks import Affine, Area, Line, Rule
from attnkit.explore.presets import alpha_slider, intervals_drawn, support_line

__all__ = ["KERNEL_SCORE", "density_for"]

PRESETS = {
    "two hills": (0.0, 0.9, 0.2, 0.0, 0.0, 0.0, 1.0, 0.3),
    "one hill": (0.0, 0.0, 0.4, 1.0, 0.4, 0.0, 0.0, 0.0),
    "a hill with a shoulder": (0.0, 0.0, 1.0, 0.2, 0.55, 0.3, 0.0, 0.0),
    "three hills": (0.9, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.8),
    "ups and downs": (0.6, -0.9, 0.9, -0.4, 0.3, -0.8, 1.0, -0.5),
    "a plateau with a gap": (0.7, 0.8, 0.8, -0.3, 0.8, 0.8, 0.7, 0.3),
}
CENTERS = torch.linspace(0.06, 0.94, 8, dtype=torch.float64)
AMPLITUDES = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0)
ALPHAS = (1.0, 1.25, 1.5, 2.0)
FINE = torch.linspace(0, 1, 2001, dtype=torch.float64)
SHOWN = slice(None, None, 10)
MOST_INTERVALS = 9
SOUGHT = 1e-8
"""No finer rule is sought below this error: how far below one falls, others of its batch decide."""


@functools.cache
def _signal(own: tuple[float, ...]) -> tuple[CubicSpline, np.ndarray]:
    """The signal as a function, and what is drawn of it.

    A spline on 20,001 knots is as good as the fitted sum of 96 bumps, and much faster.
    """
    knots = torch.linspace(0, 1, 20001, dtype=torch.float64)
    fitted = fit(*kept_samples(0.2, own=own))(knots).squeeze(-1).numpy()
    spline = CubicSpline(knots.numpy(), fitted)
    return spline, spline(FINE[SHOWN].numpy())


def signal_at(points: Tensor, own: tuple[float, ...] = ()) -> Tensor:
    """The fitted signal at points (..., time), as (..., time, 1)."""
    return torch.from_numpy(_signal(own)[0](points.numpy())).unsqueeze(-1)


def density_for(coefficients: Tensor, amplitude: float | Tensor, width: float, alpha: float):
    """The kernel density on [0, 1] whose score is the amplitude times the sum of kernels."""
    kernel = functools.partial(gaussian, width=width)
    return KernelDensity(amplitude * coefficients, CENTERS, kernel, alpha=alpha)


def compute(
    preset: str,
    amplitude: float,
    width: float,
    alpha: float,
    *,
    lift_1: float = 0.0,
    lift_2: float = 0.0,
    lift_3: float = 0.0,
    lift_4: float = 0.0,
    lift_5: float = 0.0,
    lift_6: float = 0.0,
    lift_7: float = 0.0,
    lift_8: float = 0.0,
    signal: Collection[float] = (),
) -> Values:
    """Score, threshold, support, density, its escort, and the context of the recorded gesture."""
    lifts = torch.tensor((lift_1, lift_2, lift_3, lift_4, lift_5, lift_6, lift_7, lift_8))
    coefficients = torch.tensor(PRESETS[preset], dtype=torch.float64) + lifts
    own = tuple(map(float, signal))
    (values,) = _at_amplitudes(coefficients[None], [amplitude], width, alpha, own)
    return values


def compute_many(settings: Sequence[Mapping]) -> list[Values]:
    """What `compute` gives for each setting: one batch for each width and alpha."""
    return in_batches(settings, ("width", "alpha"), _batch)


def _batch(width: float, alpha: float, settings: Sequence[Mapping]) -> Iterator[Values]:
    coefficients = torch.tensor([PRESETS[setting["preset"]] for setting in settings]).double()
    amplitudes = [setting["amplitude"] for setting in settings]
    return _at_amplitudes(coefficients, amplitudes, width, alpha)


def _at_amplitudes(
    coefficients: Tensor,
    amplitudes: Sequence[float],
    width: float,
    alpha: float,
    own: tuple[float, ...] = (),
) -> Iterator[Values]:
    """The figure's values for each row of coefficients and its amplitude."""
    factors = torch.tensor(amplitudes, dtype=torch.float64).unsqueeze(-1)
    density = density_for(coefficients, factors, width, alpha)
    heights = density.prob(FINE)
    masses = torch.full_like(FINE, 1 / (len(FINE) - 1))
    escorts = escort(heights, masses, alpha)[0]
    context = density.expectation(functools.partial(signal_at, own=own))
    _, shown = _signal(own)
    low, high = reach(shown, 0.0) if own else SIGNAL_ENDS
    kernels = gaussian(FINE[SHOWN].unsqueeze(-1), CENTERS, width=width)
    intervals = density.support_intervals()
    for row, amplitude in enumerate(amplitudes):
        yield {
            "time": FINE[SHOWN].numpy(),
            "shape": (kernels @ coefficients[row]).numpy(),
            "amplitude": amplitude,
            "threshold": density.threshold[row].item() if alpha > 1 else math.nan,
            "support": intervals_drawn(intervals[row], MOST_INTERVALS),
            "density": heights[row, SHOWN].numpy(),
            "escort": escorts[row, SHOWN].numpy(),
            "inside": np.where(heights[row, SHOWN] > 0, 0.0, math.nan),
            "value": shown,
            "low": low,
            "high": high,
            "context": context.value[row].item(),
            "n_intervals": float(len(intervals[row])),
            "length": sum(high - low for low, high in intervals[row]),
            "error": math.log10(max(context.error[row].item(), SOUGHT)),
        }


KERNEL_SCORE = Explorable(
    name="kernel-score",
    title="A score made of kernels",
    compute=compute,
    compute_many=compute_many,
    controls=[
        Choice("preset", "shape", tuple(PRESETS), meaning="the eight coefficients of the score"),
        Slider(
            "amplitude", stops=AMPLITUDES, default=5.0, step=0.5, meaning="multiplies the score"
        ),
        Slider(
            "width",
            "kernel width",
            stops=(0.03, 0.05, 0.08, 0.15),
            default=0.08,
            step=0.01,
            meaning="of each Gaussian kernel, as a share of the gesture",
        ),
        alpha_slider(ALPHAS, meaning="1 kernel softmax, 2 kernel sparsemax"),
    ],
    free=[
        Free(
            f"lift_{i}",
            f"coefficient {i}",
            low=-1.0,
            high=1.0,
            default=0.0,
            step=0.05,
            meaning="added to that of the shape",
        )
        for i in range(1, 9)
    ]
    + [OWN_SIGNAL],
    panels=[
        Panel(
            Line("time", Affine(0.0, "amplitude", "shape"), label="score f(t)", tone="muted"),
            Rule("threshold", axis="y", label="threshold τ"),
            support_line(),
            x=GESTURE_TIME,
            y=Axis("score"),
        ),
        Panel(
            Area("time", "density", label="density p(t)"),
            Line("time", "escort", label="escort density", tone="second", dash=True),
            x=GESTURE_TIME,
            y=Axis("density"),
            main=True,
        ),
        Panel(
            Line("time", "value", label="V(t)", tone="muted", width=1.8),
            Line("time", Affine("value", 1.0, "inside"), label="seen", width=5),
            Rule("context", axis="y", label="context E[V]", tone="value"),
            x=GESTURE_TIME,
            y=ACCELERATION,
        ),
    ],
    readouts=[
        Readout("threshold", "threshold τ", undefined="none at α = 1"),
        Readout("n_intervals", "intervals", digits=0),
        Readout("length", "length of the support"),
        Readout("context", "context E[V]", digits=4),
        Readout("error", "its estimated error at most", log10=True),
    ],
    depends={
        ("time", "value", "low", "high"): (),
        "shape": ("preset", "width"),
        "amplitude": ("amplitude",),
    },
    caption="""Eight Gaussian kernels make a score; the threshold cuts it; what stands out is the
    density, in as many pieces as there are hills above the line. The dashed curve is where a change
    of the score would move attention.""",
    alt="""Left, a score with two hills and a horizontal threshold; middle, the density with one
    bump per hill and its flat escort density; right, a gesture with the attended parts thick.""",
    page_note="In Jupyter each coefficient has a slider, and it takes a signal of your own.",
)
