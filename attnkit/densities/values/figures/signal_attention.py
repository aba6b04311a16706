"""Attention over a real signal: what it sees, and two ways of changing what it does not see."""

import functools
import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from attnkit.densities.alpha_family import line
from attnkit.densities.alpha_family.quadrature import conditional_expectation
from attnkit.densities.shared.figures.own import (
    ACCELERATION,
    GESTURE_TIME,
    OWN_SIGNAL,
    SIGNAL_ENDS,
    reach,
)
from attnkit.densities.values import RidgeValueFunction
from attnkit.densities.values.thinned_gesture import (
    BEYOND,
    fit,
    kept_samples,
    outside,
    score_variance_of,
)
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.batches import in_batches
from attnkit.explore.marks import Affine, Area, Line, Points
from attnkit.explore.presets import alpha_slider, padded, where

__all__ = ["SIGNAL_ATTENTION", "contexts"]

LOCATIONS = tuple(np.linspace(0.1, 0.9, 21).round(2).tolist())
ALPHAS = (1.0, 1.25, 1.5, 2.0, 3.0, 4.0)
SHARES = (0.05, 0.1, 0.2, 0.4)
TIMES = np.linspace(0, 1, 161)
INSIDE = np.linspace(-1, 1, 49)
OUTSIDE = np.array([-60, -BEYOND, math.nan, BEYOND, 60])
_CURVED = np.sin(np.linspace(-1, 1, 81) * math.pi / 2)
PLACES = np.array([-60, *np.linspace(-3, -1.05, 20), *_CURVED, *np.linspace(1.05, 3, 20), 60])


@functools.cache
def _fits(
    share: float, location: float, half_width: float, own: tuple[float, ...]
) -> tuple[Tensor, RidgeValueFunction]:
    """The changed samples, and two functions in one: fitted to all samples, and to the changed."""
    times, samples = kept_samples(share, own=own)
    changed = samples.masked_fill(outside(times, location, half_width), 0.0)
    return changed, fit(times, torch.stack([samples, changed], dim=-1))


def contexts(
    location: float,
    half_width: float,
    shares: Sequence[float],
    alphas: Sequence[float],
    own: tuple[float, ...] = (),
) -> dict[tuple[float, float], Values]:
    """The context, and how far it moves when the function or the samples outside are erased.

    One place is read for all pairs of a share and an alpha together.
    """
    functions = [_fits(share, location, half_width, own)[1] for share in shares]
    place, per_row = torch.tensor([location, *alphas], dtype=torch.float64).split([1, len(alphas)])
    sigma2 = torch.stack([score_variance_of(half_width, alpha) for alpha in alphas])

    def attend(low: float, high: float) -> tuple[Tensor, Tensor]:
        seen = conditional_expectation(
            lambda t: torch.stack([function(t) for function in functions], dim=-2),
            place,
            sigma2,
            per_row,
            domain=(low, high),
        )
        return seen.value, seen.mass

    value, mass = attend(0.0, 1.0)
    before, after = value.unbind(-1)
    lost = torch.zeros_like(before)
    edges = (location - BEYOND * half_width, location + BEYOND * half_width)
    for low, high in ((0.0, edges[0]), (edges[1], 1.0)):
        if low < high:
            value, part = attend(low, high)
            lost += value[..., 0] * (part / mass).unsqueeze(-1)
    return {
        (share, alpha): {
            "context": before[row, column].item(),
            "change_by_function": 0.0 - lost[row, column].item(),
            "change_by_samples": (after - before)[row, column].item(),
            "mass": mass[row].item(),
        }
        for row, alpha in enumerate(alphas)
        for column, share in enumerate(shares)
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
    read = contexts(location, half_width, [share], [alpha], own)[share, alpha]
    return _drawn(share, location, half_width, alpha, erase, own) | read


def compute_many(settings: Sequence[Mapping]) -> list[Values]:
    """What `compute` gives for each setting, place by place."""
    return in_batches(settings, ("location", "half_width"), _at_place)


def _at_place(location: float, half_width: float, settings: Sequence[Mapping]) -> list[Values]:
    shares, alphas = (sorted({each[name] for each in settings}) for name in ("share", "alpha"))
    read = contexts(location, half_width, shares, alphas)
    return [_drawn(**each, own=()) | read[each["share"], each["alpha"]] for each in settings]


def _drawn(
    share: float,
    location: float,
    half_width: float,
    alpha: float,
    erase: str,
    own: tuple[float, ...],
) -> Values:
    """The curves and marks of a setting."""
    around = _around(share, location, half_width, own)
    hidden = math.nan if erase != "samples" else 1.0
    return _recorded(share, own) | {
        "inside": INSIDE,
        "seen": around["seen"],
        "place": PLACES,
        "profile": _profile(alpha),
        "outside": OUTSIDE,
        "location": location,
        "half_width": half_width,
        "height": 1 / half_width,
        "support": half_width if alpha > 1 else math.nan,
        "everywhere": math.nan if alpha > 1 else 1.0,
        "erased": 0.0 if erase == "function" else math.nan,
        "moved": hidden * around["moved"],
        "refitted": hidden * around["refitted"],
    }


@functools.cache
def _recorded(share: float, own: tuple[float, ...]) -> Values:
    """The samples, the function fitted to them, and how far the axis reaches."""
    times, samples = kept_samples(share, own=own)
    low, high = reach(samples, 0.0) if own else SIGNAL_ENDS
    return {
        "low": low,
        "high": high,
        "sample_time": _padded(times, own),
        "sample": _padded(samples, own),
        "time": TIMES,
        "fitted": fit(times, samples)(torch.from_numpy(TIMES)).squeeze(-1).numpy(),
    }


@functools.cache
def _around(
    share: float, location: float, half_width: float, own: tuple[float, ...]
) -> dict[str, np.ndarray]:
    """The function seen at a place, the samples changed outside it, and the function of those."""
    changed, both = _fits(share, location, half_width, own)
    moved = torch.where(changed != kept_samples(share, own=own)[1], changed, math.nan)
    return {
        "seen": both(torch.from_numpy(location + half_width * INSIDE))[:, 0].numpy(),
        "moved": _padded(moved, own),
        "refitted": both(torch.from_numpy(TIMES))[:, 1].numpy(),
    }


@functools.cache
def _profile(alpha: float) -> np.ndarray:
    unit = score_variance_of(1.0, alpha)
    return line.density(torch.from_numpy(PLACES), torch.zeros_like(unit), unit, alpha).numpy()


def _padded(samples: Tensor, own: tuple[float, ...]) -> np.ndarray:
    """As many entries as the largest share keeps."""
    return padded(samples, len(kept_samples(SHARES[-1], own=own)[0]))


_PLACE = ("share", "location", "half_width")

SIGNAL_ATTENTION = Explorable(
    name="signal-attention",
    title="Attention over a signal sampled here and there",
    compute=compute,
    compute_many=compute_many,
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
            stops=(0.05, 0.08, 0.12, 0.18, 0.25),
            default=0.12,
            step=0.01,
            meaning="half the length of the support; at α = 1 the same variance as α = 2",
        ),
        alpha_slider(ALPHAS, meaning="1 Gaussian, 2 parabola; larger is flatter"),
        Choice(
            "erase",
            "erase outside",
            ("nothing", "function", "samples"),
            meaning="set the function, or the samples, to zero outside the support",
        ),
    ],
    free=[OWN_SIGNAL],
    panels=[
        Panel(
            Line("time", "fitted", label="V(t)", tone="muted", width=1.8),
            Line(Affine("location", "support", "inside"), "seen", label="seen", width=5),
            Line("time", Affine(0.0, "everywhere", "fitted"), width=5),
            Points("sample_time", "sample", label="samples", tone="value", size=5),
            Points("sample_time", "moved", tone="accent", size=5),
            Line("time", "refitted", label="changed", tone="accent"),
            Line(
                Affine("location", "half_width", "outside"),
                where("erased", "outside"),
                tone="accent",
            ),
            x=GESTURE_TIME,
            y=ACCELERATION,
        ),
        Panel(
            Area(
                Affine("location", "half_width", "place"),
                Affine(0.0, "height", "profile"),
                label="density p(t)",
            ),
            x=GESTURE_TIME,
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
