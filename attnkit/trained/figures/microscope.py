"""One head of the real encoder on one passage, beside what any mechanism makes of its scores."""

from functools import cache, lru_cache

import numpy as np

from attnkit.cards import cards, mechanisms
from attnkit.cards.mechanism import ScoreMap
from attnkit.diagnostics import entropy, sink_share, support_size
from attnkit.explore import Axis, Explorable, Panel, Readout, Steps, Text, Values, lettered
from attnkit.explore.marks import Bars, Heat, Rule
from attnkit.explore.presets import padded
from attnkit.trained.presets import LONGEST, PRESETS, read

__all__ = ["MICROSCOPE"]

ON_THE_PAGE = (
    *("entmax", "sparsemax", "sigmoid attention"),
    *("softmax plus one", "elastic softmax"),
)


@cache
def maps() -> dict[str, ScoreMap]:
    """Every map of scores that has a card, by name."""
    found = (each for card in cards() for each in mechanisms(card))
    return {each.name: each for each in found if isinstance(each, ScoreMap)}


@lru_cache(maxsize=64)
def weighed(passage: str, mechanism: str) -> dict[str, np.ndarray]:
    """What a mechanism makes of the scores of every head (layer, head, …), padded; its sums."""
    if mechanism not in maps():
        raise ValueError(f"mechanism must be one of {', '.join(maps())}, got {mechanism!r}")
    weights = maps()[mechanism].of_scores(read(passage)[1])
    square = padded(padded(weights, LONGEST).swapaxes(-1, -2), LONGEST).swapaxes(-1, -2)
    return {
        "weights": square,
        "entropy": padded(entropy(weights), LONGEST),
        "sink": sink_share(weights)[..., 0].numpy(),
        "sum": padded(weights.sum(-1), LONGEST),
        "support": padded(support_size(weights), LONGEST),
        "ends": np.array([min(0.0, 1.05 * weights.min()), max(1.0, 1.05 * weights.max())]),
    }


@lru_cache(maxsize=64)
def letters(passage: str) -> np.ndarray:
    """The words of a passage."""
    return lettered(read(passage)[0], LONGEST, longest=8)


def compute(passage: str, layer: float, head: float, query: float, mechanism: str) -> Values:
    """Weights of one head, and one row of them beside the mechanism's; what they come to."""
    own, other = weighed(passage, "softmax"), weighed(passage, mechanism)
    at = (int(layer) - 1, int(head) - 1)
    row = (*at, int(query) - 1)
    return {
        "words": letters(passage),
        "token": np.arange(1.0, LONGEST + 1),
        "end": len(read(passage)[0]) + 0.5,
        "weights": own["weights"][at],
        "row": own["weights"][row],
        "other": other["weights"][row],
        "query": float(query),
        "low": float(other["ends"][0]),
        "high": float(other["ends"][1]),
        "entropy": float(own["entropy"][row]),
        "sink": float(own["sink"][at]),
        "other_sink": float(other["sink"][at]),
        "other_sum": float(other["sum"][row]),
        "other_support": float(other["support"][row]),
    }


WORDS = {"label": "key", "ends": (0.5, "end"), "ticks": "words"}
MICROSCOPE = Explorable(
    name="microscope",
    title="The microscope",
    compute=compute,
    controls=[
        Text(
            "passage",
            "passage",
            PRESETS,
            meaning="in Jupyter your own, of ten tokens at most, where the encoder is installed",
        ),
        Steps("layer", "layer", range(1, 7), default=2, meaning="one of six"),
        Steps("head", "head", range(1, 13), default=9, meaning="one of its twelve"),
        Steps("query", "row", range(1, LONGEST + 1), default=3, meaning="which token asks"),
        Text(
            "mechanism",
            "beside softmax",
            ON_THE_PAGE,
            meaning="what it makes of the same scores; in Jupyter any map that has a card",
        ),
    ],
    panels=[
        Panel(
            Heat("weights", "token", "token", low=0.0, high=1.0),
            Rule("query", axis="y", tone="accent"),
            x=Axis(**WORDS),
            y=Axis("query", ("end", 0.5), ticks="words"),
            square=True,
            main=True,
        ),
        Panel(
            Bars("token", "row", label="softmax, the model's own", tone="density"),
            Bars("token", "other", label="the other", tone="value"),
            x=Axis(**WORDS),
            y=Axis("weight in this row", ("low", "high")),
        ),
    ],
    readouts=[
        Readout("entropy", "entropy of the row", undefined="no such token"),
        Readout("sink", "mean weight of [CLS]"),
        Readout("other_sink", "the other's"),
        Readout("other_support", "keys with a weight, the other", digits=0),
        Readout("other_sum", "sum of the row, the other"),
    ],
    depends={
        ("words", "end"): ("passage",),
        "token": (),
        "weights": ("passage", "layer", "head"),
        "sink": ("passage", "layer", "head"),
        "row": ("passage", "layer", "head", "query"),
        "entropy": ("passage", "layer", "head", "query"),
        "query": ("query",),
        ("high", "low"): ("passage", "mechanism"),
        "other_sink": ("passage", "layer", "head", "mechanism"),
    },
    caption="""Seventy-two heads of one six-layer encoder. Choose a passage, a layer and a head, and
    read along a row: whom does this token ask? Most heads of layers 2 to 5 ask [CLS]. Some have a
    task: head 3 of layer 1 looks one token back, head 9 of layer 2 one ahead, head 10 of layer 3
    from one bank to the other. Then give the same scores to another mechanism: a sparse one keeps a
    few words, and where there is a sink it feeds it.""",
    alt="""Left, a matrix of weights with the words of the passage along both axes and a line at the
    chosen row; right, bars of that row, the model's own weights beside another mechanism's.""",
    page_note="""The page has three passages and five mechanisms; Jupyter takes a sentence of your
    own and the name of any map with a card.""",
)
