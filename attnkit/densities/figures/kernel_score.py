"""A score made of kernels: how its threshold cuts it into several regions of attention."""

import functools
import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from attnkit.densities.figures.own import OWN_SIGNAL, reach
from attnkit.densities.kernel.density import KernelDensity
from attnkit.densities.kernel.kernels import gaussian
from attnkit.densities.kernel.normalisations import escort
from attnkit.densities.thinned_gesture import fit, kept_samples
from attnkit.densities.values import RidgeValueFunction
from attnkit.explore import (
    Affine,
    Area,
    Choice,
    Explorable,
    Free,
    Line,
    Panel,
    Readout,
    Rule,
    Slider,
)

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
WIDTHS = (0.03, 0.05, 0.08, 0.15)
ALPHAS = (1.0, 1.25, 1.5, 2.0)
FINE = torch.linspace(0, 1, 2001, dtype=torch.float64)
SHOWN = slice(None, None, 10)
MOST_INTERVALS = 9


@functools.cache
def _value(own: tuple[float, ...]) -> tuple[RidgeValueFunction, np.ndarray]:
    """The signal as a function, and what is drawn of it."""
    fitted = fit(*kept_samples(0.2, own=own))
    return fitted, fitted(FINE[SHOWN]).squeeze(-1).numpy()


def density_for(coefficients: Tensor, amplitude: float, width: float, alpha: float):
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
    signal: Sequence[float] = (),
) -> dict[str, np.ndarray | float]:
    """Score, threshold, support, density, its escort, and the context of the recorded gesture."""
    lifts = (lift_1, lift_2, lift_3, lift_4, lift_5, lift_6, lift_7, lift_8)
    coefficients = torch.tensor(PRESETS[preset], dtype=torch.float64) + torch.tensor(lifts)
    density = density_for(coefficients, amplitude, width, alpha)
    value, value_shown = _value(tuple(map(float, signal)))
    low, high = reach(value_shown, 0.0) if len(signal) else (-0.4, 2.1)
    context = density.expectation(value)
    heights = density.prob(FINE)
    masses = torch.full_like(FINE, 1 / (len(FINE) - 1))
    intervals = density.support_intervals()
    drawn = np.full((MOST_INTERVALS, 3), math.nan)
    drawn[: len(intervals), :2] = intervals
    heights_of_kernels = gaussian(FINE[SHOWN].unsqueeze(-1), CENTERS, width=width)
    return {
        "time": FINE[SHOWN].numpy(),
        "shape": (heights_of_kernels @ coefficients).numpy(),
        "amplitude": amplitude,
        "threshold": density.threshold.item() if alpha > 1 else math.nan,
        "support": drawn.reshape(-1),
        "density": heights[SHOWN].numpy(),
        "escort": escort(heights, masses, alpha)[0][SHOWN].numpy(),
        "inside": np.where(heights[SHOWN] > 0, 0.0, math.nan),
        "value": value_shown,
        "low": low,
        "high": high,
        "context": context.value.item(),
        "n_intervals": float(len(intervals)),
        "length": sum(high - low for low, high in intervals),
        "error": math.log10(max(context.error.item(), 1e-16)),
    }


KERNEL_SCORE = Explorable(
    name="kernel-score",
    title="A score made of kernels",
    compute=compute,
    controls=[
        Choice(
            "preset",
            "shape",
            tuple(PRESETS),
            default="two hills",
            meaning="the eight coefficients of the score",
        ),
        Slider(
            "amplitude",
            "amplitude",
            0.0,
            20.0,
            default=5.0,
            step=0.5,
            grid=AMPLITUDES,
            snap=True,
            meaning="multiplies the score",
        ),
        Slider(
            "width",
            "kernel width",
            0.03,
            0.15,
            default=0.08,
            step=0.01,
            grid=WIDTHS,
            snap=True,
            meaning="of each Gaussian kernel, as a share of the gesture",
        ),
        Slider(
            "alpha",
            "α",
            1.0,
            2.0,
            default=2.0,
            step=0.05,
            grid=ALPHAS,
            snap=True,
            meaning="1 kernel softmax, 2 kernel sparsemax",
        ),
    ],
    free=[
        Free(f"lift_{i}", f"coefficient {i}", -1.0, 1.0, 0.0, 0.05, "added to that of the shape")
        for i in range(1, 9)
    ]
    + [OWN_SIGNAL],
    panels=[
        Panel(
            marks=[
                Line("time", Affine(0.0, "amplitude", "shape"), label="score f(t)", tone="muted"),
                Rule("threshold", axis="y", label="threshold τ"),
                Line(
                    "support",
                    Affine("threshold", 0.0, "support"),
                    label="support",
                    tone="support",
                    width=5,
                ),
            ],
            x_label="time, as a share of the gesture",
            y_label="score",
            x_range=(0, 1),
        ),
        Panel(
            marks=[
                Area("time", "density", label="density p(t)"),
                Line("time", "escort", label="escort density", tone="second", dash=True),
            ],
            x_label="time, as a share of the gesture",
            y_label="density",
            main=True,
            x_range=(0, 1),
        ),
        Panel(
            marks=[
                Line("time", "value", label="V(t)", tone="muted", width=1.8),
                Line("time", Affine("value", 1.0, "inside"), label="seen", width=5),
                Rule("context", axis="y", label="context E[V]", tone="value"),
            ],
            x_label="time, as a share of the gesture",
            y_label="acceleration (1 at rest)",
            x_range=(0, 1),
            y_range=("low", "high"),
        ),
    ],
    readouts=[
        Readout("threshold", "threshold τ", undefined="none at α = 1"),
        Readout("n_intervals", "intervals", digits=0),
        Readout("length", "length of the support"),
        Readout("context", "context E[V]", digits=4),
        Readout("error", "its estimated error", log10=True),
    ],
    depends={
        **dict.fromkeys(("time", "value", "low", "high"), ()),
        "shape": ("preset", "width"),
        "amplitude": ("amplitude",),
    },
    caption=(
        "Eight Gaussian kernels make a score; the threshold cuts it; what stands out is the "
        "density, in as many pieces as there are hills above the line. The dashed curve is where "
        "a change of the score would move attention."
    ),
    alt=(
        "Left, a score with two hills and a horizontal threshold; middle, the density with one "
        "bump per hill and its flat escort density; right, a gesture with the attended parts thick."
    ),
    page_note="In Jupyter each coefficient has a slider, and it takes a signal of your own.",
)
