"""Two layers, a kind for each: what they learn of recall, and what all other pairs learned."""

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Values
from attnkit.explore.marks import Heat, Line, Points, Rule
from attnkit.explore.presets import one_point
from attnkit.structure.deconstructing.model import KINDS
from attnkit.structure.deconstructing.recorded import learned

__all__ = ["SWITCHBOARD"]

NAMES = tuple(KINDS)
PLACES = np.arange(1.0, len(NAMES) + 1)
TENTHS = np.linspace(10.0, 190.0, 10)
TICKS = {float(i): f"{i} {name}" for i, name in enumerate(NAMES, 1)}
NUMBERS = {float(i): str(i) for i in range(1, len(NAMES) + 1)}
CHANCE, A_STORED_VALUE = 1 / 16, 1 / 6


def compute(first: str, second: str) -> Values:
    """Accuracy on the way, of each seed, and of every pair at the end."""
    seeds = learned(first, second)
    table = [[learned(a, b)[:, -1].mean() for b in NAMES] for a in NAMES]
    return {
        "step": TENTHS,
        **{f"seed_{i}": row for i, row in enumerate(seeds)},
        "reference": learned("standard", "standard").mean(0),
        "table": np.array(table).round(3),
        "kind": PLACES,
        "first_now": 1.0 + NAMES.index(first),
        "second_now": 1.0 + NAMES.index(second),
        "mean": float(seeds[:, -1].mean()),
        "worst": float(seeds[:, -1].min()),
    }


SWITCHBOARD = Explorable(
    name="switchboard",
    title="Which layer needs which part?",
    compute=compute,
    controls=[
        Choice("first", "layer 1", NAMES, default="positional", meaning="near the tokens"),
        Choice("second", "layer 2", NAMES, default="standard", meaning="near the answer"),
    ],
    panels=[
        Panel(
            Rule(CHANCE, axis="y", tone="muted", label="any value"),
            Rule(A_STORED_VALUE, axis="y", tone="support", label="one of the six stored"),
            Line("step", "reference", label="standard twice", tone="muted"),
            Line("step", "seed_0", label="a seed", tone="density", width=1.8),
            Line("step", "seed_1", tone="density", width=1.8),
            Line("step", "seed_2", tone="density", width=1.8),
            x=Axis("step of training", (0, 200)),
            y=Axis("answers right", (0, 1.05)),
            title="This pair",
            main=True,
        ),
        Panel(
            Heat("table", x="kind", y="kind", low=0.0, high=1.0, label="right"),
            Points(one_point("second_now"), one_point("first_now"), tone="accent", size=10),
            x=Axis("layer 2, numbered as layer 1", (0.5, len(NAMES) + 0.5), ticks=NUMBERS),
            y=Axis("layer 1", (len(NAMES) + 0.5, 0.5), ticks=TICKS),
            title="Every pair, after 200 steps",
            square=True,
        ),
    ],
    readouts=[Readout("mean", "right at the end, mean"), Readout("worst", "worst seed")],
    depends={
        ("step", "reference", "table", "kind"): (),
        "first_now": ("first",),
        "second_now": ("second",),
    },
    caption="""Two layers learn, in 200 steps, to answer with the value that stood after a key. Let
    the first know places only: nothing is lost. Now exchange the two: after 200 steps the answer is
    some stored value, one in six. Which kinds may the first layer be? What does one layer alone
    reach? And which of the dark pairs would only need more time?""",
    alt="""Left, the share of right answers during training for three seeds of the chosen pair of
    layers, beside standard attention; right, a table of colours: that share at the end for every
    kind of the first and of the second layer, with the chosen pair marked.""",
)
