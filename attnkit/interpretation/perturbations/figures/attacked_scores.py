"""A step of given length up the loss: what it does to a row of weights, and to readers."""

from functools import cache

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Bars, Line, Points, Rule
from attnkit.interpretation.perturbations.perturbations import attack_scores, score_gradient
from attnkit.interpretation.perturbations.recorded import attacked

__all__ = ["ATTACKED_SCORES"]

SCORES = torch.tensor([0.2, 2.2, -0.6, 0.9, 0.0, 1.3, -0.3, 0.5], dtype=torch.float64)
VALUES = torch.tensor([0.0, 3.0, 0.0, 1.0, -0.5, -2.0, 0.0, 0.5], dtype=torch.float64)
"""What each word says for the right label: three for it, two against."""

SIZES = (0.0, 0.1, 0.3, 0.6, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0)
PEAKS = (0.0, 0.5, 1.0, 2.0)


@cache
def row(size: float, peak: float) -> dict[str, np.ndarray | float]:
    """Weights before and after an attack on a row, and the label's chance by logistic readout."""
    scores = SCORES * peak
    weights = scores.softmax(-1)
    slope = -torch.sigmoid(-(weights @ VALUES))[None]
    gradient = score_gradient(scores, VALUES[:, None], slope)
    moved = attack_scores(scores, gradient, size).softmax(-1)
    chances = [torch.sigmoid(each @ VALUES).item() for each in (weights, moved)]
    found = dict(zip(("chance", "chance_after"), chances, strict=True))
    return found | {"before": weights.numpy(), "after": moved.numpy()}


def compute(size: float, peak: float) -> Values:
    """That row, and the share of information that weights of trained readers hold."""
    found = {}
    for name, context in (("bag", "bag"), ("both", "BiGRU")):
        sizes, shares = attacked(context, "share")
        found[name] = shares.mean(-1)
    return {
        "word": np.arange(1.0, len(SCORES) + 1),
        **row(size, peak),
        "size": float(size),
        "sizes": sizes,
        **found,
    }


ATTACKED_SCORES = Explorable(
    name="attacked-scores",
    title="A step up the loss",
    compute=compute,
    controls=[
        Slider("size", "size ε", stops=SIZES, default=1.0, step=0.1, meaning="length of the step"),
        Steps("peak", "sharpness", PEAKS, default=1.0, meaning="multiplies the scores"),
    ],
    panels=[
        Panel(
            Bars("word", "before", label="weights", tone="muted"),
            Bars("word", "after", label="after the attack", tone="density"),
            x=Axis(
                "what each word says for the label",
                (0.4, 8.6),
                ticks={float(i): f"{v:g}" for i, v in enumerate(VALUES.tolist(), 1)},
            ),
            y=Axis("weight", (0, 1)),
            main=True,
        ),
        Panel(
            Line("sizes", "bag", label="bag of words", tone="value"),
            Line("sizes", "both", label="BiGRU", tone="second"),
            Points("sizes", "bag", tone="value"),
            Points("sizes", "both", tone="second"),
            Rule("size", tone="accent"),
            x=Axis("size ε during training", (-0.15, 5.15)),
            y=Axis("information in the weights, share", (0, 1)),
            title="Readers trained so",
        ),
    ],
    readouts=[
        Readout("chance", "chance of the label"),
        Readout("chance_after", "after the attack"),
    ],
    depends={
        ("word", "sizes", "bag", "both"): (),
        ("before", "chance"): ("peak",),
        "size": ("size",),
    },
    caption="""Let ε grow: the attack takes weight from the word that says most for the label and
    gives it to the one most against it, until the label tips. Make all scores equal: the step
    now turns less, for there is less to lose. Right, small readers trained under such attacks,
    means of three seeds: what do their weights still tell of the words that matter?""",
    alt="""Left, bars of eight weights before and after an attack, moving from the word that says
    most for the label to the one most against it; right, the share of information in the
    weights of two trained readers against the size of the attack.""",
)
