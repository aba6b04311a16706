"""Which triples are merged in which round: all prefixes by three plans."""

import math

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Line, Points
from attnkit.explore.presets import padded
from attnkit.linear_time.aaren.theory import PLANS

__all__ = ["SCAN_TREE"]

SIZES = (2, 3, 4, 5, 8, 13, 16, 21, 32, 64)
MOST = sum(len(each) for each in PLANS["fewest rounds"](SIZES[-1]))


def _edges(plan: list) -> tuple[np.ndarray, np.ndarray]:
    """Places and rounds of a line from each merged triple into the other, with gaps between."""
    merges = [(start, end, at) for at, each in enumerate(plan, 1) for start, end in each]
    x = np.array([(start, end, math.nan) for start, end, _ in merges], dtype=float)
    y = np.array([(at - 1, at, math.nan) for _, _, at in merges], dtype=float)
    return padded(x.ravel(), 3 * MOST), padded(y.ravel(), 3 * MOST)


def _costs(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Rounds and merges of a plan at every size."""
    plans = [PLANS[name](n) for n in SIZES]
    rounds = np.array([len(plan) for plan in plans], dtype=float)
    return rounds, np.array([sum(map(len, plan)) for plan in plans], dtype=float)


def compute(n: float, plan: str) -> Values:
    """The merges of a plan, and rounds and merges of all plans against n."""
    made = PLANS[plan](int(n))
    x, y = _edges(made)
    costs = {name: _costs(name) for name in PLANS}
    here = SIZES.index(int(n))
    values = {
        "x": x,
        "y": y,
        "bottom": 1.03 * max(len(made), 1),
        "width": float(n),
        "rounds_now": float(len(made)),
        "merges_now": float(sum(map(len, made))),
        "least": float(math.ceil(math.log2(n))),
        "dot_x": costs[plan][0][[here]],
        "dot_y": costs[plan][1][[here]],
    }
    for short, name in zip(("loop", "shallow", "pairs"), PLANS, strict=True):
        values[f"{short}_rounds"], values[f"{short}_merges"] = costs[name]
    return values


SCAN_TREE = Explorable(
    name="scan-tree",
    title="All prefixes, three plans",
    compute=compute,
    controls=[
        Choice(
            "plan",
            "plan",
            tuple(PLANS),
            default="fewest rounds",
            meaning="which triples are merged",
        ),
        Steps("n", "n", SIZES, default=16, meaning="tokens"),
    ],
    panels=[
        Panel(
            Line("x", "y", label="merged into a later place", tone="density", width=1.5),
            x=Axis("token", (-0.5, "width")),
            y=Axis("round", ("bottom", 0)),
            main=True,
        ),
        Panel(
            Line("loop_rounds", "loop_merges", label="one after another", tone="muted"),
            Line("shallow_rounds", "shallow_merges", label="fewest rounds", tone="density"),
            Line("pairs_rounds", "pairs_merges", label="few of both", tone="value"),
            Points("dot_x", "dot_y", tone="accent", size=9),
            x=Axis("rounds", (0.9, 70), log=True),
            y=Axis("merges", (0.9, 400), log=True),
        ),
    ],
    readouts=[
        Readout("rounds_now", "rounds", digits=0),
        Readout("merges_now", "merges", digits=0),
        Readout("least", "⌈log₂ n⌉", digits=0),
    ],
    depends={
        ("x", "y", "bottom", "rounds_now", "merges_now", "dot_x", "dot_y"): ("n", "plan"),
        ("width", "least"): ("n",),
        (
            "loop_rounds",
            "loop_merges",
            "shallow_rounds",
            "shallow_merges",
            "pairs_rounds",
            "pairs_merges",
        ): (),
    },
    caption="""Every token must hear of all before it. One after another needs n − 1 rounds; merging
    with the one 1, 2, 4, … places before takes ⌈log₂ n⌉, the least there can be, and many more
    merges. Go from 2 to 64 tokens and watch the dot: where does a machine with one processor want
    to be, and where one with sixty-four?""",
    alt="""Left, lines from token to token, round below round: which triple is merged into which;
    right, merges against rounds on logarithmic axes for the three plans, with a dot at the chosen
    number of tokens.""",
)
