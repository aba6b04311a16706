"""One reading of a signal, in global time and on the signal's own clock."""

import functools
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.densities import clocks
from attnkit.densities.alpha_family import line
from attnkit.densities.alpha_family.gauss_rules import legendre_rule
from attnkit.densities.clocks import Clock, n_peaks, to_local, warped
from attnkit.densities.shared.figures.own import OWN_SIGNAL
from attnkit.densities.values.thinned_gesture import fit, kept_samples
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.batches import in_batches
from attnkit.explore.marks import Area, Line

__all__ = ["TIME_WARPING_FIGURE", "clock_named", "readings"]

CLOCKS = ("pauses once", "pauses twice", "pauses three times", "exponential")
LOCATIONS = tuple(np.linspace(0.2, 0.8, 7).round(2).tolist())
TIMES = torch.linspace(0, 1, 2001, dtype=torch.float64)
SHOWN = slice(None, None, 10)
EVEN = torch.linspace(0, 1, 41, dtype=torch.float64)
PER_PANEL = 8
SOUGHT = 1e-11
"""No smaller difference of the two means is told: below it rounding decides."""


def clock_named(name: str, strength: float) -> Clock:
    """A clock of the figure; strength 0 runs straight."""
    if name == "exponential":
        return clocks.exponential_clock(max(1e-6, 10 * strength))
    return clocks.hesitating_clock(1 + CLOCKS.index(name), strength)


def gesture(times: Tensor) -> Tensor:
    """The recorded gesture X(t), fitted to 40 % of its samples."""
    return _fitted(())(times).squeeze(-1)


def readings(
    clock: Clock, bumps: "Bumps", signal: Callable[[Tensor], Tensor] = gesture
) -> dict[str, Float[Tensor, " bump"]]:
    """E[X(h(U))] on nodes of global time, and E[X(T)] on nodes of local time; their masses.

    Panels are even in global and in local time, as either may be the one that is stretched.
    """
    ends = {
        "global": _with(bumps.edges, clock.to_global(EVEN)),
        "local": to_local(clock, _with(bumps.edges, EVEN)),
    }
    heights = {"global": bumps.density, "local": warped(bumps.density, clock)}
    clocks = {"global": lambda u: to_local(clock, u), "local": lambda t: t}
    read = {}
    for name, height in heights.items():
        points, weights = _nodes(ends[name])
        masses = weights * height(points)
        read[name] = (masses * signal(clocks[name](points))).sum(-1)
        read[f"mass_{name}"] = masses.sum(-1)
    return read


def compute(
    clock: str,
    strength: float,
    location: float,
    deviation: float,
    alpha: float,
    *,
    signal: Collection[float] = (),
) -> Values:
    """Signal and density in global time, the clock, signal and density in local time."""
    numbers = {"location": location, "deviation": deviation, "alpha": alpha}
    (values,) = _on_clock(clock, strength, [numbers], tuple(map(float, signal)))
    return values


def compute_many(settings: Sequence[Mapping]) -> list[Values]:
    """What `compute` gives for each setting: all densities of a clock together."""
    return in_batches(settings, ("clock", "strength"), _on_clock)


_DENSITY = ("location", "deviation", "alpha")


def _on_clock(
    clock: str, strength: float, settings: Sequence[Mapping], own: tuple[float, ...] = ()
) -> Iterator[Values]:
    """The figure's values on one clock, for each location, deviation and alpha."""
    chosen = clock_named(clock, strength)

    def signal(times: Tensor) -> Tensor:
        return _fitted(own)(times).squeeze(-1)

    numbers = [[setting[name] for name in _DENSITY] for setting in settings]
    bumps = Bumps(*torch.tensor(numbers, dtype=torch.float64).unbind(-1))
    before, after = bumps.density(TIMES), warped(bumps.density, chosen)(TIMES)
    read = readings(chosen, bumps, signal)
    shared = {
        "time": TIMES[SHOWN].numpy(),
        "signal": signal(TIMES[SHOWN]).numpy(),
        "aligned": signal(to_local(chosen, TIMES[SHOWN])).numpy(),
        "clock": chosen.to_global(TIMES[SHOWN]).numpy(),
    }
    gap = (read["global"] - read["local"]).abs().clamp(min=SOUGHT).log10()
    for row in range(len(numbers)):
        yield shared | {
            "before": before[row, SHOWN].numpy(),
            "after": after[row, SHOWN].numpy(),
            "global": read["global"][row].item(),
            "local": read["local"][row].item(),
            "gap": gap[row].item(),
            "peaks_before": float(n_peaks(before[row])),
            "peaks_after": float(n_peaks(after[row])),
        }


class Bumps:
    """Densities of the alpha family with these means and standard deviations, given [0, 1]."""

    def __init__(
        self,
        locations: Float[Tensor, " bump"],
        deviations: Float[Tensor, " bump"],
        alphas: Float[Tensor, " bump"],
    ):
        variances = line.score_variance_from_variance(deviations.square(), alphas)
        self.numbers = [part.unsqueeze(-1) for part in (locations, variances, alphas)]
        half = torch.where(alphas == 2, deviations * math.sqrt(5), 0.0).unsqueeze(-1)
        self.edges = (locations.unsqueeze(-1) + half * torch.tensor([-1.0, 1.0])).clamp(0, 1)
        points, weights = _nodes(self.edges)
        self.mass = (weights * line.density(points, *self.numbers)).sum(-1, keepdim=True)

    def density(self, points: Float[Tensor, "*#bump time"]) -> Float[Tensor, "bump time"]:
        """The height of each at the points."""
        return line.density(points, *self.numbers) / self.mass


def _with(edges: Float[Tensor, "bump 2"], ends: Float[Tensor, " end"]) -> Float[Tensor, "bump _"]:
    """The edges of each density and the same ends for all."""
    return torch.cat([edges, ends.expand(len(edges), -1)], dim=-1)


def _nodes(ends: Tensor) -> tuple[Tensor, Tensor]:
    """Even Gauss-Legendre panels on [0, 1], cut at `ends` (..., end) too."""
    ends = torch.cat([EVEN.expand(*ends.shape[:-1], -1), ends], dim=-1).sort(dim=-1).values
    nodes, weights = legendre_rule(PER_PANEL)
    widths = ends.diff(dim=-1).unsqueeze(-1)
    points = ends[..., :-1, None] + widths * (1 + nodes) / 2
    return points.flatten(-2), (widths * weights / 2).flatten(-2)


@functools.cache
def _fitted(own: tuple[float, ...]):
    return fit(*kept_samples(0.4, own=own))


TIME_WARPING_FIGURE = Explorable(
    name="time-warping",
    title="One reading on two clocks",
    compute=compute,
    compute_many=compute_many,
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
    free=[OWN_SIGNAL],
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
        Readout("gap", "their difference at most", log10=True),
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
    page_note="In Jupyter it takes a signal of your own.",
)
