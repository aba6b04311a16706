"""A row of a trained head, and what features make of it while they learn."""

from functools import cache

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Bars, Line, Points
from attnkit.linear_time.hedgehog.experiments.real_rows import STEPS, WIDTHS
from attnkit.linear_time.hedgehog.recorded import SUMMARY, real_rows
from attnkit.linear_time.hedgehog.theory import divergence_floor

__all__ = ["HEDGEHOG_ROW"]

HEADS = ("previous token", "next token", "same word", "sink", "broad", "last layer")
FALL = np.array([-14.0, 0.0])


@cache
def _scores() -> np.ndarray:
    """(place, key)."""
    return np.array(SUMMARY["linear-time-hedgehog-real"]["scores"])


def _entropy(row: np.ndarray) -> float:
    kept = row[row > 0]
    return float(-(kept * np.log(kept)).sum())


def compute(head: str, features: float, steps: float) -> Values:
    """The head's row and its imitation; one against the other; divergence by features."""
    place, step = HEADS.index(head), STEPS.index(int(steps))
    scores = _scores()[place]
    true = np.exp(scores - scores.max())
    true /= true.sum()
    made = real_rows(int(features))[step]
    row = made["weights"][place]
    apart = np.array([real_rows(width)[step]["divergence"][place] for width in WIDTHS])
    n_keys = len(scores)
    return {
        "key": np.arange(1.0, n_keys + 1),
        "true": true,
        "made": row,
        "score": scores - scores.max(),
        "fall": FALL,
        "log_true": FALL / np.log(10) + np.log10(true.max()),
        "log_made": np.log10(row.clip(1e-6)),
        "width": np.array(WIDTHS, dtype=float),
        "apart": apart,
        "floor": np.array([divergence_floor(n_keys - 1, width) for width in WIDTHS]),
        "here": np.array([features]),
        "apart_here": made["divergence"][[place]],
        "entropy_true": _entropy(true),
        "entropy_made": _entropy(row),
        "divergence": float(made["divergence"][place]),
        "all": float(made["all"]),
    }


HEDGEHOG_ROW = Explorable(
    name="hedgehog-row",
    title="A head's row, imitated",
    compute=compute,
    controls=[
        Choice("head", "head", HEADS, "next token", meaning="six of 72, by what they look at"),
        Steps("features", "features", WIDTHS, default=64, meaning="two for each learned direction"),
        Steps("steps", "steps", STEPS, default=0, meaning="of learning, on seven other passages"),
    ],
    panels=[
        Panel(
            Bars("key", "true", label="the head", tone="muted"),
            Points("key", "made", label="its imitation", tone="density", size=5),
            x=Axis("key", (0, 62)),
            y=Axis("weight", (0, 1.02)),
            main=True,
        ),
        Panel(
            Line("fall", "log_true", label="softmax", tone="muted"),
            Points("score", "log_made", label="imitation", tone="density", size=5),
            x=Axis("score below the highest", (-14, 0.5)),
            y=Axis("log₁₀ weight", (-6.2, 0.2)),
        ),
        Panel(
            Line("width", "apart", label="this head", tone="density"),
            Line("width", "floor", label="floor of a permutation", tone="accent", dash=True),
            Points("here", "apart_here", tone="density", size=8),
            x=Axis("features", (7, 140), log=True),
            y=Axis("KL in nats", (0, 4.5)),
        ),
    ],
    readouts=[
        Readout("entropy_true", "entropy of the row"),
        Readout("entropy_made", "of its imitation"),
        Readout("divergence", "KL, all rows of the head"),
        Readout("all", "KL, all heads, this passage"),
    ],
    depends={
        ("key", "width", "floor", "fall"): (),
        ("true", "score", "log_true", "entropy_true"): ("head",),
        ("made", "log_made", "entropy_made"): ("head", "features", "steps"),
        "apart": ("head", "steps"),
        "here": ("features",),
        ("apart_here", "divergence"): ("head", "features", "steps"),
        "all": ("features", "steps"),
    },
    caption="""Take the steps from 0 to 300: an even row gets the head's shape, on a passage it
    never learned from. In the second panel softmax is a line: dots off it are keys in another
    order. Then set “previous token” and 8 features. Whatever it learns, it stays above the dashed
    floor, log(60/8): no eight features look at sixty keys one by one. “Broad” is near at any
    width.""",
    alt="""Left, bars of one head's weights over 61 keys with dots for the imitation's; middle, the
    logarithm of the weights against the score, a straight line for softmax and scattered dots for
    the imitation; right, divergence falling with the number of features, above a dashed floor.""",
)
