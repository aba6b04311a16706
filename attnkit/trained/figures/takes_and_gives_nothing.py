"""The sink takes a third of the weight; what is lost when it is dropped, shared out, or heard?"""

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Band, Line, Points
from attnkit.trained import heads
from attnkit.trained.experiments.nothing_given import DOSES
from attnkit.trained.recorded.interventions import interventions

__all__ = ["TAKES_AND_GIVES_NOTHING"]

CHANGES = {
    "dropped": "dropped",
    "dropped, and the others share it": "passed_on",
    "kept, and its value made as long as others": "heard",
}
ALL_DOSES = np.array([0.0, *DOSES])


def compute(change: str, dose: float, layer: float) -> Values:
    """Each head's share and the length of what it reads there; cosines by dose."""
    measured, found = heads(), interventions("trained-nothing-given")
    here = np.repeat(np.arange(1, 7), 12) == int(layer)
    curves = {name: np.concatenate([[1.0], found[name][0]]) for name in CHANGES.values()}
    mean, low, high, _ = (np.concatenate([[1.0], row]) for row in found[CHANGES[change]])
    at = int(np.searchsorted(ALL_DOSES, dose))
    shares, ratios = measured["first_share"], measured["output_ratio"]
    return {
        "shares": shares,
        "ratios": ratios,
        "shares_here": shares[here],
        "ratios_here": ratios[here],
        "dose": ALL_DOSES,
        "low": low,
        "high": high,
        "now": ALL_DOSES[[at]],
        "cosine_now": mean[[at]],
        "mean": mean[at],
        "lowest": low[at],
        "everywhere": found[f"{CHANGES[change]}_everywhere"][0],
        "runner_up": found["dropped_runner_up"][0],
    } | curves


TAKES_AND_GIVES_NOTHING = Explorable(
    name="takes-and-gives-nothing",
    title="It takes much and gives nothing",
    compute=compute,
    controls=[
        Choice(
            "change",
            "in the sink heads, [CLS] is",
            tuple(CHANGES),
            meaning="39 heads give it more than 0.3",
        ),
        Steps(
            "dose",
            "how far",
            (0.0, *DOSES),
            default=1.0,
            meaning="0: the model as it is; 1: no weight left, or the median length",
        ),
        Steps("layer", "layer", range(1, 7), default=4, meaning="its twelve heads are lit, left"),
    ],
    panels=[
        Panel(
            Points("shares", "ratios", label="72 heads", tone="muted"),
            Points("shares_here", "ratios_here", label="this layer", tone="density", size=9),
            x=Axis("mean weight of [CLS]", (0, 0.8)),
            y=Axis("length of its output over the median one", (0.01, 4), log=True),
            main=True,
        ),
        Panel(
            Band("dose", "low", "high", label="this change, eight passages in ten"),
            Line("dose", "dropped", label="dropped", tone="density"),
            Line("dose", "passed_on", label="shared", tone="value"),
            Line("dose", "heard", label="made as long", tone="support"),
            Points("now", "cosine_now", tone="accent", size=10),
            x=Axis("how far", (0, 1.02)),
            y=Axis("cosine to the embedding as it was", (0.3, 1.02)),
        ),
    ],
    readouts=[
        Readout("mean", "cosine, mean"),
        Readout("lowest", "tenth percentile"),
        Readout("everywhere", "the same in all 72 heads"),
        Readout("runner_up", "next heaviest token dropped"),
    ],
    depends={
        ("shares", "ratios", "dose", "runner_up", *CHANGES.values()): (),
        ("shares_here", "ratios_here"): ("layer",),
        ("low", "high", "everywhere"): ("change",),
        "now": ("dose",),
        ("cosine_now", "mean", "lowest"): ("change", "dose"),
    },
    caption="""Heads that give [CLS] most read least from it: its value, seen through the output
    matrix, is some thirty times shorter than the median one. Drop it in the 39 heads that give it
    more than 0.3 and the embedding stays; share its weight among the others, or make its value as
    long as theirs, and the embedding is ruined. One six-layer encoder, thirty passages; two
    different passages have a cosine near 0.1.""",
    alt="""Left, 72 heads as dots: the larger the mean weight of [CLS], the shorter what it gives;
    right, the cosine to the untouched embedding against how far the change goes, with a band.""",
)
