"""A bag's weights under more and more of the entropy loss, and what that does to the labels."""

import math

import numpy as np

from attnkit.concentration.aem.recorded import FACTORS, by_factor, shown_bag
from attnkit.explore import Axis, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Band, Bars, Line, Points, Rule
from attnkit.explore.presets import padded

__all__ = ["ENTROPY_OF_A_BAG"]

SIZES = (10, 50, 200)
N_SHOWN = 40
PLACES = np.arange(len(FACTORS), dtype=float)


def compute(factor: float, bag: float) -> Values:
    """Weights of one recorded bag, and means and ranges over the seeds for every factor."""
    weights, positive = (row[:N_SHOWN] for row in shown_bag(int(bag), factor))
    accuracy, entropy = (by_factor(int(bag), name) for name in ("accuracy", "entropy"))
    here = FACTORS.index(factor)
    return {
        "rank": np.arange(1.0, N_SHOWN + 1),
        "weights": padded(weights, N_SHOWN),
        "positive": padded(np.where(positive, weights, math.nan), N_SHOWN),
        "place": PLACES,
        "accuracy": accuracy.mean(1),
        "worst": accuracy.min(1),
        "best": accuracy.max(1),
        "entropy": entropy.mean(1),
        "least": entropy.min(1),
        "most": entropy.max(1),
        "now": PLACES[here],
        "accuracy_now": accuracy[here].mean(),
        "entropy_now": entropy[here].mean(),
        "mass_now": by_factor(int(bag), "positive_mass")[here].mean(),
    }


ENTROPY_OF_A_BAG = Explorable(
    name="entropy-of-a-bag",
    title="How many instances should decide?",
    compute=compute,
    controls=[
        Steps("factor", "factor λ", FACTORS, default=0.03, meaning="of the entropy in the loss"),
        Steps("bag", "bag size", SIZES, default=200, meaning="instances, a tenth of them positive"),
    ],
    panels=[
        Panel(
            Bars("rank", "weights", label="weight"),
            Points("rank", "positive", label="positive instance", size=7),
            title="A positive bag, its heaviest first",
            x=Axis("rank of the instance", (0.3, N_SHOWN + 0.7)),
            y=Axis("weight", (0.0005, 1.0), log=True),
            main=True,
        ),
        Panel(
            Band("place", "worst", "best", label="five seeds", tone="value"),
            Line("place", "accuracy", label="accuracy on new bags", tone="value"),
            Band("place", "least", "most", tone="density"),
            Line("place", "entropy", label="entropy / log n"),
            Rule("now", label="this λ", tone="muted"),
            title="Over the factor",
            x=Axis("λ", (-0.2, 6.2), ticks={i: f"{f:g}" for i, f in enumerate(FACTORS)}),
            y=Axis("share", (0.2, 1.02)),
        ),
    ],
    readouts=[
        Readout("accuracy_now", "accuracy"),
        Readout("entropy_now", "entropy / log n"),
        Readout("mass_now", "weight on positive instances"),
    ],
    depends={
        ("rank", "place"): (),
        ("accuracy", "worst", "best", "entropy", "least", "most"): ("bag",),
        "now": ("factor",),
    },
    caption="""Recorded: sixty bags to learn from, five seeds. Raise λ: the bars level out, in every
    size, and the positive instances lose their lead. The accuracy hardly notices a little of it;
    with much the pool becomes the plain mean, which costs most for large bags, where the positive
    tenth had been found.""",
    alt="""Left, the weights of one positive bag in falling order on a logarithmic axis, positive
    instances marked; right, accuracy and entropy against the factor, with bands over the seeds.""",
)
