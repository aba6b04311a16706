"""Attention over a real signal: what it sees, and two ways of changing what it does not see."""

import functools
import math
from collections.abc import Collection

import numpy as np
import torch
from torch import Tensor

from attnkit.densities.alpha_family import line
from attnkit.densities.alpha_family.quadrature import conditional_expectation
from attnkit.densities.figures.own import OWN_SIGNAL, reach
from attnkit.densities.thinned_gesture import (
    BEYOND,
    fit,
    kept_samples,
    outside,
    score_variance_of,
)
from attnkit.densities.values import RidgeValueFunction
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Affine, Area, Line, Points

__all__ = ["SIGNAL_ATTENTION", "contexts"]

LOCATIONS = tuple(np.linspace(0.1, 0.9, 21).round(2).tolist())
HALF_WIDTHS = (0.05, 0.08, 0.12, 0.18, 0.25)
ALPHAS = (1.0, 1.25, 1.5, 2.0, 3.0, 4.0)
SHARES = (0.05, 0.1, 0.2, 0.4)
EDITS = ("nothing", "function", "samples")
TIMES = np.linspace(0, 1, 161)
INSIDE = np.linspace(-1, 1, 49)
OUTSIDE = np.array([-60, -BEYOND, math.nan, BEYOND, 60])
PLACES = np.concatenate(
    [
        [-60],
        np.linspace(-3, -1.05, 20),
        np.sin(np.linspace(-1, 1, 81) * math.pi / 2),
        np.linspace(1.05, 3, 20),
        [60],
    ]
)


@functools.cache
def _fits(share: float, location: float, half_width: float, own: tuple[float, ...]) -> tuple:
    """The function as fitted, the changed samples, and the function fitted to those."""
    times, samples = kept_samples(share, own=own)
    changed = samples.masked_fill(outside(times, location, half_width), 0.0)
    return fit(times, samples), changed, fit(times, changed)


@functools.cache
def contexts(
    share: float, location: float, half_width: float, alpha: float, own: tuple[float, ...] = ()
) -> dict[str, float]:
    """The context, and how far it moves when the function or the samples outside are erased."""
    fitted, _, refitted = _fits(share, location, half_width, own)
    place = torch.tensor(location, dtype=torch.float64)
    sigma2 = score_variance_of(half_width, alpha)

    def attend(function, low: float = 0.0, high: float = 1.0) -> tuple[Tensor, Tensor]:
        seen = conditional_expectation(function, place, sigma2, alpha, domain=(low, high))
        return seen.value, seen.mass

    (before, after), mass = attend(lambda t: torch.cat([fitted(t), refitted(t)], dim=-1))
    lost = 0.0
    edges = (location - BEYOND * half_width, location + BEYOND * half_width)
    for low, high in ((0.0, edges[0]), (edges[1], 1.0)):
        if low < high:
            value, part = attend(fitted, low, high)
            lost += (value.squeeze(-1) * part / mass).item()
    return {
        "context": before.item(),
        "change_by_function": 0.0 - lost,
        "change_by_samples": (after - before).item(),
        "mass": mass.item(),
    }


def compute(
    share: float,
    location: float,
    half_width: float,
    alpha: float,
    erase: str,
    *,
    signal: Collection[float] = (),
) -> Values:
    """Signal, fitted function, density, the chosen change, and the contexts."""
    own = tuple(map(float, signal))
    times, samples = kept_samples(share, own=own)
    fitted, changed, refitted = _fits(share, location, half_width, own)
    low, high = reach(samples, 0.0) if own else (-0.4, 2.1)
    points = torch.from_numpy(location + half_width * INSIDE)
    unit = score_variance_of(1.0, alpha)
    profile = line.density(torch.from_numpy(PLACES), torch.zeros_like(unit), unit, alpha)
    moved = torch.where(changed != samples, changed, math.nan)
    hidden = math.nan if erase != "samples" else 1.0
    return {
        "low": low,
        "high": high,
        "sample_time": _padded(times, own),
        "sample": _padded(samples, own),
        "time": TIMES,
        "fitted": _curve(fitted, torch.from_numpy(TIMES)),
        "inside": INSIDE,
        "seen": _curve(fitted, points),
        "place": PLACES,
        "profile": profile.numpy(),
        "outside": OUTSIDE,
        "location": location,
        "half_width": half_width,
        "height": 1 / half_width,
        "support": half_width if alpha > 1 else math.nan,
        "everywhere": math.nan if alpha > 1 else 1.0,
        "erased": 0.0 if erase == "function" else math.nan,
        "moved": hidden * _padded(moved, own),
        "refitted": hidden * _curve(refitted, torch.from_numpy(TIMES)),
    } | contexts(share, location, half_width, alpha, own)


def _curve(function: RidgeValueFunction, points: Tensor) -> np.ndarray:
    return function(points).squeeze(-1).numpy()


def _padded(samples: Tensor, own: tuple[float, ...]) -> np.ndarray:
    longest = len(kept_samples(SHARES[-1], own=own)[0])
    return np.pad(samples.numpy(), (0, longest - len(samples)), constant_values=math.nan)


_PLACE = ("share", "location", "half_width")

SIGNAL_ATTENTION = Explorable(
    name="signal-attention",
    title="Attention over a signal sampled here and there",
    compute=compute,
    controls=[
        Steps("share", "share kept", SHARES, default=0.2, meaning="of the recorded points"),
        Slider(
            "location",
            "location μ",
            stops=LOCATIONS,
            default=0.5,
            step=0.01,
            meaning="where attention is centred, as a share of the gesture",
        ),
        Slider(
            "half_width",
            "half width",
            stops=HALF_WIDTHS,
            default=0.12,
            step=0.01,
            meaning="half the length of the support; at α = 1 the same variance as α = 2",
        ),
        Slider(
            "alpha",
            "α",
            stops=ALPHAS,
            default=2.0,
            step=0.05,
            meaning="1 Gaussian, 2 parabola; larger is flatter",
        ),
        Choice(
            "erase",
            "erase outside",
            EDITS,
            meaning="set the function, or the samples, to zero outside the support",
        ),
    ],
    free=[OWN_SIGNAL],
    panels=[
        Panel(
            Line("time", "fitted", label="V(t)", tone="muted", width=1.8),
            Line(
                Affine("location", "support", "inside"),
                "seen",
                label="seen",
                tone="density",
                width=5,
            ),
            Line("time", Affine(0.0, "everywhere", "fitted"), tone="density", width=5),
            Points("sample_time", "sample", label="samples", tone="value", size=5),
            Points("sample_time", "moved", tone="accent", size=5),
            Line("time", "refitted", label="changed", tone="accent"),
            Line(
                Affine("location", "half_width", "outside"),
                Affine("erased", 0.0, "outside"),
                tone="accent",
            ),
            x=Axis("time, as a share of the gesture", (0, 1)),
            y=Axis("acceleration (1 at rest)", ("low", "high")),
        ),
        Panel(
            Area(
                Affine("location", "half_width", "place"),
                Affine(0.0, "height", "profile"),
                label="density p(t)",
            ),
            x=Axis("time, as a share of the gesture", (0, 1)),
            y=Axis("density"),
        ),
    ],
    readouts=[
        Readout("context", "context E[V]", digits=4),
        Readout("change_by_function", "change when the function outside is erased", digits=5),
        Readout("change_by_samples", "change when the samples outside are erased", digits=5),
        Readout("mass", "mass inside the recording"),
    ],
    depends={
        ("time", "inside", "place", "outside", "low", "high"): (),
        ("sample_time", "sample", "fitted"): ("share",),
        ("profile", "everywhere"): ("alpha",),
        ("half_width", "height"): ("half_width",),
        ("moved", "refitted"): (*_PLACE, "erase"),
        ("context", "change_by_function", "change_by_samples"): (*_PLACE, "alpha"),
        "mass": ("location", "half_width", "alpha"),
        "seen": _PLACE,
        "location": ("location",),
        "support": ("half_width", "alpha"),
        "erased": ("erase",),
    },
    caption="""A recorded movement of the hand, thinned at random and read as a continuous function.
    The blue part is what the density sees; the context is its average. Erase what lies outside.""",
    alt="""Left, samples of an acceleration signal with a smooth curve through them, the part under
    attention drawn thick; right, the attention density over the same time axis.""",
    page_note="In Jupyter it takes a signal of your own.",
)
