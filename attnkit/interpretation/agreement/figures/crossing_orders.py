"""One sentence ordered by two explanations: every crossing of two lines is a disagreement."""

from functools import cache

import numpy as np
import torch
from scipy.stats import rankdata

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Values, lettered
from attnkit.explore.marks import Bars, Line, Points, Rule
from attnkit.interpretation.agreement.experiments.pairs import between
from attnkit.interpretation.agreement.ranks import kendall_tau
from attnkit.interpretation.agreement.recorded import SHOWN, SUMMARY, agreement_real

__all__ = ["CROSSING_ORDERS"]

WAYS = {
    "attention": "attention",
    "rollout": "rollout",
    "gradient norm": "gradient",
    "gradient times input": "gradient x input",
    "integrated gradients": "integrated",
    "token deleted": "deleted",
    "token masked": "replaced",
    "chance": "random",
}
SHORT = ("att", "roll", "grad", "g·x", "IG", "del", "mask", "rnd")
SENTENCES = ("the ferry", "ice", "the miller")
LONGEST = 30


@cache
def ordered(sentence: str, way: str) -> tuple[np.ndarray, np.ndarray]:
    """Sizes of an explanation (token,), and places from one, the largest first."""
    shown = SUMMARY[SHOWN][SENTENCES.index(sentence)]
    sizes = np.abs(shown[WAYS[way]])
    return sizes, rankdata(-sizes, method="ordinal").astype(float)


def recorded(first: str) -> np.ndarray:
    """Mean tau of an explanation with every one (way,), NaN with itself."""
    table = agreement_real("sizes")
    pairs = [(between(WAYS[first], other), between(other, WAYS[first])) for other in WAYS.values()]
    return np.array([next((table[n][0] for n in pair if n in table), np.nan) for pair in pairs])


def compute(sentence: str, first: str, second: str) -> Values:
    """Lines from each token's place in one order to that in the other, and tau."""
    (sizes, left), (others, right) = (ordered(sentence, way) for way in (first, second))
    words = SUMMARY[SHOWN][SENTENCES.index(sentence)]["words"]
    ends = np.full((LONGEST, 3), np.nan)
    ends[: len(left), 0], ends[: len(left), 1] = left, right
    pair = torch.from_numpy(sizes), torch.from_numpy(others)
    here = [*WAYS].index(second)
    means = recorded(first)
    return {
        "side": np.tile([1.0, 2.0, np.nan], LONGEST),
        "place": ends.reshape(-1),
        "words": lettered([words[i] for i in np.argsort(left)], LONGEST, longest=10),
        "sides": lettered([SHORT[[*WAYS].index(way)] for way in (first, second)], 2),
        "end": len(left) + 0.5,
        "way": np.arange(1.0, len(WAYS) + 1),
        "mean": means,
        "now": np.array([here + 1.0]),
        "mean_now": means[[here]],
        "tau": kendall_tau(*pair).item(),
        "mean_tau": float(means[here]),
    }


CROSSING_ORDERS = Explorable(
    name="crossing-orders",
    title="Which token matters? Two answers",
    compute=compute,
    controls=[
        Choice("sentence", "about", SENTENCES, default="ice", meaning="a sentence of three"),
        Choice("first", "left", tuple(WAYS), default="attention", meaning="orders the tokens"),
        Choice("second", "right", tuple(WAYS), default="token masked", meaning="orders them too"),
    ],
    panels=[
        Panel(
            Line("side", "place", label="a token", tone="density", width=1.6),
            Points("side", "place", tone="density", size=4),
            x=Axis("", (0.92, 2.08), ticks="sides"),
            y=Axis("tokens, the largest on top", ("end", 0.5), ticks="words"),
            main=True,
        ),
        Panel(
            Bars("way", "mean", label="with the left one, mean of all sentences", tone="muted"),
            Points("now", "mean_now", label="this pair", tone="accent", size=9),
            Rule(0.0, axis="y", tone="muted"),
            x=Axis("", (0.4, 8.6), ticks={float(i): w for i, w in enumerate(SHORT, 1)}),
            y=Axis("Kendall's τ", (-0.2, 1.0)),
        ),
    ],
    readouts=[
        Readout("tau", "τ of this sentence"),
        Readout("mean_tau", "mean of all sentences", undefined="the same explanation"),
    ],
    depends={
        ("side", "way"): (),
        "end": ("sentence",),
        "words": ("sentence", "first"),
        "place": ("sentence", "first", "second"),
        "sides": ("first", "second"),
        "tau": ("sentence", "first", "second"),
        "mean": ("first",),
        "now": ("second",),
        ("mean_now", "mean_tau"): ("first", "second"),
    },
    caption="""Every crossing is a pair of tokens that two explanations put in opposite order. What
    is explained is one number of a trained encoder: how near the sentence stands to the rest of its
    passage. Put attention against the gradient's norm, then against a token masked; then the two
    ways to leave a token out against each other. Signs are left out, as are the two end tokens.
    Short names: attention, rollout, gradient norm, gradient times input (g·x), integrated gradients
    (IG), token deleted, token masked, chance (rnd).""",
    alt="""Left, the tokens of a sentence on two vertical axes, joined by lines that cross; right,
    bars of the mean rank correlation of the chosen explanation with each of eight.""",
)
