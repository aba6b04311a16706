"""Plain descent beside the gradient flow that it follows, by rate and by batch."""

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Line, Panel, Points, Readout, Steps, Values
from attnkit.icl.recorded.descent import BATCHES, DESCENT, gaps

__all__ = ["PLAIN_DESCENT_FIGURE"]

RATES = (0.0125, 0.025, 0.05, 0.1, 0.2, 0.4)
_SPACING = 0.8  # time between two reports
_SHOWN = {"all": "whole pool", "256": "batches of 256", "32": "batches of 32"}


def compute(rate: float, batch: str) -> Values:
    """Scales of both heads along flow and descent, and the gaps at every rate."""
    found = DESCENT["icl-plain-descent"]
    place = found["rate"].index(float(rate))
    name = next(name for name, shown in _SHOWN.items() if shown == batch)
    flow, path = np.array(found["flow"]), np.array(found["paths"][name][place])
    means = {each: gaps(each)[1].mean(1) for each in BATCHES}
    return {
        "time": _SPACING * np.arange(len(flow)),
        "first_flow": flow[:, 0],
        "second_flow": flow[:, 1],
        "first": path[:, 0],
        "second": path[:, 1],
        "rate": np.array(found["rate"]),
        **{f"gap_{each}": gap for each, gap in means.items()},
        "rate_now": np.array([float(rate)]),
        "gap_now": means[name][[place]],
        "gap": means[name][place],
        "steps": _SPACING * (len(flow) - 1) / (2 * float(rate)),
    }


PLAIN_DESCENT_FIGURE = Explorable(
    name="icl-plain-descent",
    title="Steps beside the flow",
    compute=compute,
    controls=[
        Steps("rate", "rate r", RATES, default=0.2, meaning="a step takes the time 2r"),
        Choice(
            "batch",
            "a step sees",
            tuple(_SHOWN.values()),
            default="batches of 32",
            meaning="of 2,048 prompts",
        ),
    ],
    panels=[
        Panel(
            Line("time", "first_flow", label="flow", tone="muted", dash=True),
            Line("time", "second_flow", tone="muted", dash=True),
            Line("time", "first", label="head 1", tone="density"),
            Line("time", "second", label="head 2", tone="value"),
            title="Scale ω",
            x=Axis("time", (0, 12.2)),
            y=Axis(ends=(-0.75, 0.75)),
            main=True,
        ),
        Panel(
            Line("rate", "gap_32", label="32", tone="value"),
            Line("rate", "gap_256", label="256", tone="support"),
            Line("rate", "gap_all", label="whole pool", tone="density"),
            Points("rate_now", "gap_now", tone="accent", size=9),
            title="Largest gap on the way, mean of 12 starts",
            x=Axis("rate r", (0.011, 0.45), log=True),
            y=Axis(ends=(0.001, 1.2), log=True),
        ),
    ],
    readouts=[
        Readout("gap", "gap, share of the flow's end", digits=3),
        Readout("steps", "steps", digits=0),
    ],
    depends={
        ("time", "first_flow", "second_flow", "rate", "gap_all", "gap_256", "gap_32"): (),
        ("rate_now", "steps"): ("rate",),
    },
    caption="""Lower the rate: the paths of one start draw near the dashed flow. Then let a step see
    the whole pool. Beside it, on logarithmic axes, its gap in shares of the size of the flow's end:
    it falls by a half with each halving of the rate, that of batches at small rates by a factor of
    about √2 only, for there only noise is left.""",
    alt="""Left, the scales of two heads over time, under plain descent and under its gradient flow,
    parting to opposite values. Right, the gap between the two against the rate on logarithmic
    axes: a steep line for the whole pool, two flatter and higher ones for batches.""",
)
