"""One reading of a signal, in global time and on the signal's own clock."""

import functools
import math

import numpy as np
import torch
from torch import Tensor

from attnkit.densities import clocks
from attnkit.densities.alpha_family import line
from attnkit.densities.alpha_family.gauss_rules import legendre_rule
from attnkit.densities.clocks import Clock, n_peaks, to_local, warped
from attnkit.densities.values.thinned_gesture import fit, kept_samples
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Area, Line

__all__ = ["TIME_WARPING_FIGURE", "clock_named", "readings"]

CLOCKS = ("pauses once", "pauses twice", "pauses three times", "exponential")
LOCATIONS = tuple(np.linspace(0.2, 0.8, 7).round(2).tolist())
TIMES = torch.linspace(0, 1, 2001, dtype=torch.float64)
SHOWN = slice(None, None, 10)
EVEN = torch.linspace(0, 1, 41, dtype=torch.float64)
PER_PANEL = 8


def clock_named(name: str, strength: float) -> Clock:
    """A clock of the figure; strength 0 runs straight."""
    if name == "exponential":
        return clocks.exponential_clock(max(1e-6, 10 * strength))
    return clocks.hesitating_clock(1 + CLOCKS.index(name), strength)


def readings(clock: Clock, location: float, deviation: float, alpha: float) -> dict[str, float]:
    """E[X(h(U))] on nodes of global time, and E[X(T)] on nodes of local time; their masses.

    Panels are even in global and in local time, as either may be the one that is stretched.
    """
    half = deviation * math.sqrt(5) if alpha == 2 else 0.0
    edges = torch.tensor([location - half, location + half], dtype=torch.float64).clamp(0, 1)
    density = _bump(location, deviation, alpha)
    global_ends, local_ends = (
        torch.cat([edges, clock.to_global(EVEN)]),
        to_local(clock, torch.cat([edges, EVEN])),
    )
    read = {}
    for name, ends, height, local in (
        ("global", global_ends, density, lambda u: to_local(clock, u)),
        ("local", local_ends, warped(density, clock), lambda t: t),
    ):
        points, weights = _nodes(ends)
        masses = weights * height(points)
        read |= {
            name: (masses @ _signal(local(points))).item(),
            f"mass_{name}": masses.sum().item(),
        }
    return read


def compute(clock: str, strength: float, location: float, deviation: float, alpha: float) -> Values:
    """Signal and density in global time, the clock, signal and density in local time."""
    chosen = clock_named(clock, strength)
    density = _bump(location, deviation, alpha)
    before, after = density(TIMES), warped(density, chosen)(TIMES)
    read = readings(chosen, location, deviation, alpha)
    return {
        "time": TIMES[SHOWN].numpy(),
        "signal": _signal(TIMES[SHOWN]).numpy(),
        "aligned": _signal(to_local(chosen, TIMES[SHOWN])).numpy(),
        "clock": chosen.to_global(TIMES[SHOWN]).numpy(),
        "before": before[SHOWN].numpy(),
        "after": after[SHOWN].numpy(),
        "global": read["global"],
        "local": read["local"],
        "gap": math.log10(max(abs(read["global"] - read["local"]), 1e-16)),
        "peaks_before": float(n_peaks(before)),
        "peaks_after": float(n_peaks(after)),
    }


def _bump(location: float, deviation: float, alpha: float):
    """The density of the alpha family with that mean and standard deviation, given [0, 1]."""
    place, variance = (
        torch.tensor(number, dtype=torch.float64) for number in (location, deviation**2)
    )
    width = line.score_variance_from_variance(variance, alpha)
    half = deviation * math.sqrt(5) if alpha == 2 else 0.0
    points, weights = _nodes((place + half * torch.tensor([-1.0, 1.0])).clamp(0, 1))
    mass = weights @ line.density(points, place, width, alpha)
    return lambda t: line.density(t, place, width, alpha) / mass


def _nodes(ends: Tensor) -> tuple[Tensor, Tensor]:
    """Even Gauss-Legendre panels on [0, 1], cut at `ends` too."""
    ends = torch.cat([EVEN, ends]).sort().values
    nodes, weights = legendre_rule(PER_PANEL)
    widths = ends.diff().unsqueeze(-1)
    return (ends[:-1, None] + widths * (1 + nodes) / 2).flatten(), (widths * weights / 2).flatten()


@functools.cache
def _value():
    return fit(*kept_samples(0.4))


def _signal(times: Tensor) -> Tensor:
    return _value()(times).squeeze(-1)


TIME_WARPING_FIGURE = Explorable(
    name="time-warping",
    title="One reading on two clocks",
    compute=compute,
    controls=[
        Choice(
            "clock",
            "clock",
            CLOCKS,
            default="pauses three times",
            meaning="how local time runs against global time",
        ),
        Slider(
            "strength",
            stops=(0.0, 0.25, 0.5, 0.75, 0.9),
            default=0.9,
            step=0.05,
            meaning="0 is a straight clock; near 1 the pauses are nearly stops",
        ),
        Slider(
            "location",
            "location μ",
            stops=LOCATIONS,
            default=0.5,
            step=0.05,
            meaning="of the density in global time",
        ),
        Steps(
            "deviation",
            "width",
            (0.06, 0.1, 0.15),
            default=0.15,
            meaning="standard deviation of the density in global time",
        ),
        Steps("alpha", "α", (1.0, 2.0), default=2.0, meaning="1 Gaussian, 2 parabola"),
    ],
    panels=[
        Panel(
            Area("time", "before", label="p(u)"),
            Line("time", "aligned", label="X(h(u))", tone="value", width=1.8),
            title="Global time",
            x=Axis("global time u", (0, 1)),
            y=Axis("density; acceleration (1 at rest)"),
        ),
        Panel(
            Line("time", "clock", label="g(t)", tone="support"),
            title="The clock",
            x=Axis("local time t", (0, 1)),
            y=Axis("global time u = g(t)", (0, 1)),
        ),
        Panel(
            Area("time", "after", label="p(g(t)) g′(t)"),
            Line("time", "signal", label="X(t)", tone="value", width=1.8),
            title="Local time",
            x=Axis("local time t", (0, 1)),
            y=Axis("density; acceleration (1 at rest)"),
            main=True,
        ),
    ],
    readouts=[
        Readout("global", "E[X(h(U))], U from the left"),
        Readout("local", "E[X(T)], T from the right"),
        Readout("gap", "their difference", log10=True),
        Readout("peaks_before", "peaks on the left", digits=0),
        Readout("peaks_after", "peaks on the right", digits=0),
    ],
    depends={
        ("time", "signal"): (),
        ("aligned", "clock"): ("clock", "strength"),
        ("before", "peaks_before"): ("location", "deviation", "alpha"),
    },
    caption="""A recorded gesture X(t) runs on a clock of its own. One bump in global time reads
    what the density on the right reads in local time; where the clock pauses, that density has a
    valley. The two means are computed on separate nodes, the left by inverting the clock.""",
    alt="""Left, a bump over a gesture in global time; middle, a clock that climbs in steps; right,
    the density in local time, with several peaks over the recorded gesture.""",
)
