"""Four answers to how many pairs a head holds, and why they differ."""

from functools import cache

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points, Rule
from attnkit.memory import theory
from attnkit.memory.shared.unit_vectors import unit_vectors

__all__ = ["CAPACITY_EXPLORER"]

WIDTHS = (16, 32, 64, 128, 256)
SHOWN_WIDTHS = 2.0 ** np.arange(4, 13, 0.5)
PAIRS = np.unique(np.round(2.0 ** np.arange(1, 8.01, 0.25))).astype(int)
D_VALUE = 16


@cache
def measured(d_key: int) -> dict[str, np.ndarray]:
    """Root-mean-square, summed and guaranteed error of prefixes of one list of random keys."""
    generator = torch.Generator().manual_seed(d_key)
    keys = unit_vectors(int(PAIRS[-1]), d_key, generator=generator)
    overlaps = (keys @ keys.mT).fill_diagonal_(0).abs()
    parts = [overlaps[:n, :n] for n in PAIRS]
    return {
        "measured_average": np.array([p.square().sum(-1).mean().sqrt() for p in parts]),
        "measured_worst": np.array([p.sum(-1).mean() for p in parts]),
        "measured_guarantee": np.array([(len(p) - 1) * p.max() for p in parts]),
    }


@cache
def laws(d_key: int, tolerance: float) -> dict[str, float]:
    """The four capacities at one width."""
    return {
        "average": theory.average_capacity(d_key, tolerance),
        "worst": theory.worst_case_capacity(d_key, tolerance),
        "guarantee": theory.coherence_capacity(d_key, tolerance),
        "bits": _all_bits(d_key),
    }


@cache
def _all_bits(d_key: int) -> float:
    return theory.perfect_recall_capacity(d_key, D_VALUE)


def compute(d_key: float, tolerance: float) -> Values:
    """The laws over widths, errors over pairs at one width, and the four numbers there."""
    table = [laws(round(d), tolerance) for d in SHOWN_WIDTHS]
    here = laws(int(d_key), tolerance)
    return {
        "width": SHOWN_WIDTHS,
        "pairs": PAIRS.astype(float),
        "tolerance_line": tolerance,
        "width_line": float(d_key),
        "predicted_average": np.sqrt((PAIRS - 1) / d_key),
        "predicted_worst": (PAIRS - 1) / (theory.worst_case_capacity(int(d_key), 1.0) - 1),
        **{f"law_{name}": np.array([row[name] for row in table]) for name in here},
        **{f"here_{name}": value for name, value in here.items()},
        **measured(int(d_key)),
    }


CAPACITY_EXPLORER = Explorable(
    name="capacity-explorer",
    title="Four capacities of one head",
    compute=compute,
    controls=[
        Steps("d_key", "key width d", WIDTHS, default=64, meaning="dimensions of a key"),
        Slider(
            "tolerance",
            "tolerance ε",
            low=0.1,
            high=1.0,
            default=0.5,
            step=0.05,
            meaning="allowed error, as a share of the stored value",
        ),
    ],
    panels=[
        Panel(
            Rule("width_line", tone="muted"),
            Line("width", "law_average", label="on average: ε²d"),
            Line("width", "law_bits", label="every bit right: d/(2 ln n)", tone="support"),
            Line("width", "law_worst", label="worst values: ε√(πd/2)", tone="value"),
            Line("width", "law_guarantee", label="guaranteed by overlap", tone="accent"),
            title="Pairs a head holds",
            x=Axis("key width d", (16, 4096), log=True),
            y=Axis("pairs", (1, 4096), log=True),
        ),
        Panel(
            Rule("tolerance_line", axis="y", tone="muted"),
            Line("pairs", "predicted_average", label="on average"),
            Points("pairs", "measured_average", tone="density"),
            Line("pairs", "predicted_worst", label="worst values", tone="value"),
            Points("pairs", "measured_worst", tone="value"),
            Points("pairs", "measured_guarantee", label="guarantee", tone="accent"),
            title="Error of a read at this width",
            x=Axis("pairs stored", (2, 256), log=True),
            y=Axis("error / value", (0.03, 30), log=True),
        ),
    ],
    readouts=[
        Readout("here_average", "on average", "pairs", digits=1),
        Readout("here_bits", "every bit right (half the time)", "pairs", digits=1),
        Readout("here_worst", "worst values", "pairs", digits=1),
        Readout("here_guarantee", "guaranteed", "pairs", digits=1),
    ],
    depends={
        ("width", "pairs", "law_bits"): (),
        ("tolerance_line", "law_average", "law_worst", "law_guarantee"): ("tolerance",),
        ("width_line", "here_bits", "predicted_average", "predicted_worst"): ("d_key",),
        ("measured_average", "measured_worst", "measured_guarantee"): ("d_key",),
    },
    caption="""One head, one sum of pairs, four questions. Demand the error on average and capacity
    grows as d; demand it for the worst values and it grows as √d. Lines are theory, dots one list
    of random keys. Values of 16 signs for the bits.""",
    alt="""Left: four capacity laws against key width on logarithmic axes, two with slope about one
    and two with slope about one half. Right: read error against stored pairs.""",
)
