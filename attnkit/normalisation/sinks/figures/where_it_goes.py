"""Where a trained head puts the weight that it has no use for, by what it weighs with."""

import functools

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Heat, Points, Rule
from attnkit.explore.presets import padded
from attnkit.normalisation.sinks.recorded import heads_of

__all__ = ["WHERE_IT_GOES"]

WAYS = {
    "softmax": "softmax",
    "softmax plus one": "+1",
    "key bias": "key",
    "sigmoid, b = −log n": "σ−log",
    "sigmoid, b = 0": "σ",
    "normalised sigmoid": "σ/Σ",
}
PLACES = dict(enumerate(WAYS, start=1))
FIRST = {"a mark": True, "a word": False}
N_TOKENS, N_HEADS = 16, 5


def nothing_of(found: dict) -> list[float]:
    """For each head what its silent rows spend on no token: the slot, or what the sum lacks."""
    if None not in found["slot"]:
        return found["slot"]
    return [max(0.0, 1 - total) for total in found["row_sum"]]


@functools.cache
def side_by_side(first: str, share: float) -> dict[str, np.ndarray]:
    """Every head of every way, the ways next to each other."""
    found = [heads_of(way, FIRST[first], share) for way in WAYS]
    spots = np.add.outer(np.arange(1, len(WAYS) + 1), np.linspace(-0.16, 0.16, N_HEADS))
    return {
        "spot": spots.ravel(),
        "first_share": np.ravel([each["first"] for each in found]),
        "nothing_share": np.ravel([nothing_of(each) for each in found]),
        "loss": np.ravel([each["loss"] for each in found]),
    }


def compute(weights: str, first: str, share: float) -> Values:
    """One head's map of one sequence, and all heads' silent rows and losses."""
    here = heads_of(weights, FIRST[first], share)
    place = 1.0 + list(WAYS).index(weights)
    asking = np.array(here["triggers"], dtype=float) + 1
    return {
        "map": np.array(here["map"]),
        "column": np.arange(1, N_TOKENS + 2),
        "row": np.arange(1, N_TOKENS + 1),
        "asking": padded(asking, N_TOKENS),
        "margin": padded(np.zeros(len(asking)), N_TOKENS),
        "here": place,
        "on_first": float(np.mean(here["first"])),
        "on_nothing": float(np.mean(nothing_of(here))),
        "first_value": float(np.mean(here["first_value"])),
        "mean_loss": float(np.mean(here["loss"])),
        **side_by_side(first, share),
    }


def _ways() -> Axis:
    return Axis("", (0.5, 6.5), ticks={i: WAYS[name] for i, name in PLACES.items()})


WHERE_IT_GOES = Explorable(
    name="where-it-goes",
    title="A head that mostly owes nothing",
    compute=compute,
    controls=[
        Choice("weights", "weights", tuple(WAYS), meaning="how the head weighs its keys"),
        Choice(
            "first",
            "first token",
            tuple(FIRST),
            default="a word",
            meaning="a mark without content, or a word like every other",
        ),
        Steps(
            "share",
            "share of triggers",
            (0.05, 0.2, 0.5, 0.8),
            default=0.2,
            meaning="how often a token asks for the one before it; all others want zero",
        ),
    ],
    panels=[
        Panel(
            Heat("map", "column", "row", low=0, high=1, label="weight"),
            Rule(N_TOKENS + 0.5, tone="muted", dash=False),
            Points("margin", "asking", label="asks", tone="accent", size=7),
            x=Axis("key", (-0.7, 17.5), ticks={1: "1", 8: "8", 17: "∅"}),
            y=Axis("query", (16.5, 0.5)),
            title="One head's weights",
            main=True,
        ),
        Panel(
            Rule("here", tone="muted"),
            Points("spot", "first_share", label="on the first token", tone="value", size=7),
            Points("spot", "nothing_share", label="on nothing", tone="support", size=7),
            x=_ways(),
            y=Axis("share of a silent row", (-0.03, 1.03)),
            title="Five heads of each kind",
        ),
        Panel(
            Rule("here", tone="muted"),
            Points("spot", "loss", label="mean squared error", tone="density", size=7),
            x=_ways(),
            y=Axis("error", (5e-5, 0.5), log=True),
            title="What it costs them",
        ),
    ],
    readouts=[
        Readout("on_first", "on the first token, where nothing is asked"),
        Readout("on_nothing", "on nothing"),
        Readout("first_value", "first value's length over the others'"),
        Readout("mean_loss", "mean squared error", digits=4),
    ],
    depends={
        ("column", "row"): (),
        "here": ("weights",),
        ("asking", "margin"): ("first", "share"),
        ("spot", "first_share", "nothing_share", "loss"): ("first", "share"),
    },
    caption="""A row with a dot must copy the token before it; all others must return zero. Column ∅
    is what a row spends on no token. Begin with softmax among words: where does its unit go, and
    what does that cost? Then give it a mark to begin with, or take the unit away.""",
    alt="""Left, the weights of one head as a matrix of queries and keys with one column more for
    nothing; in the middle, for six ways to weigh, the share of the first token and of nothing in
    rows that ask for nothing, five heads each; right, their mean squared errors.""",
)
