"""A row's weights under an affine scale, and what rows of a causal map then sum to."""

import numpy as np
import torch

from attnkit.densities import softmax
from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Values
from attnkit.explore.marks import Bars, Line, Points, Rule
from attnkit.normalisation.affine.affine import affine_weights
from attnkit.normalisation.shared.even_rows import even_row

__all__ = ["AFFINE_WEIGHTS"]

N = 24
CAUSAL = torch.ones(N, N, dtype=torch.bool).tril()
TENTHS = tuple(i / 10 for i in range(11))


def compute(scale: float, mean_scale: float, spread: float) -> Values:
    """Weights of 24 keys in equal shares, and the sum of each causal row by two counts of keys."""
    row = even_row(N, spread)
    weights = affine_weights(row, scale, mean_scale)
    square = row.expand(N, N)
    own = affine_weights(square, scale, mean_scale, mask=CAUSAL).sum(-1)
    fixed = affine_weights(square, scale, mean_scale, length=N, mask=CAUSAL).sum(-1)
    return {
        "key": np.arange(1.0, N + 1),
        "softmax": N * softmax(row).numpy(),
        "positive": N * weights.clamp_min(0).numpy(),
        "negative": N * weights.clamp_max(0).numpy(),
        "own": own.numpy(),
        "fixed": fixed.numpy(),
        "share_negative": (weights < 0).double().mean().item(),
        "sum": weights.sum().item(),
    }


AFFINE_WEIGHTS = Explorable(
    name="affine-weights",
    title="Stretched about an equal share",
    compute=compute,
    controls=[
        Slider(
            "scale",
            "scale α",
            stops=TENTHS,
            default=0.9,
            step=0.1,
            meaning="this query's own scale",
        ),
        Slider(
            "mean_scale",
            "mean scale ᾱ",
            stops=TENTHS,
            default=0.5,
            step=0.1,
            meaning="what the scale has been on average",
        ),
        Slider(
            "spread",
            stops=(0.0, 0.5, 1.0, 1.5, 2.0),
            default=1.0,
            step=0.5,
            meaning="how far scores lie apart",
        ),
    ],
    panels=[
        Panel(
            Bars("key", "positive", label="weight", tone="density"),
            Bars("key", "negative", label="negative weight", tone="accent"),
            Points("key", "softmax", label="softmax", tone="muted"),
            x=Axis("keys, from the lowest score to the highest", (0, N + 1)),
            y=Axis("weight, in equal shares", (-1, 8)),
            main=True,
        ),
        Panel(
            Rule(1.0, axis="y", label="softmax", tone="muted", dash=False),
            Line("key", "own", label="n: the row's own keys", tone="density"),
            Line("key", "fixed", label="n: one length for all", tone="value"),
            x=Axis("keys that the row may attend", (1, N)),
            y=Axis("sum of the weights", (0, 1.05)),
        ),
    ],
    readouts=[
        Readout("share_negative", "share of negative weights"),
        Readout("sum", "sum of the weights"),
    ],
    depends={
        "key": (),
        "softmax": ("spread",),
        "own": ("mean_scale",),
        "fixed": ("scale", "mean_scale"),
    },
    caption="""Move the scale: weights are stretched about an equal share and their sum stays. Above
    the mean scale the lowest keys turn negative, below it none does. Take the scale to zero: every
    key gets the same, which is not silence. Right, what the sum is if n is not the row's own.""",
    alt="""Left, bars for the weights of 24 keys by rank with softmax as dots, the lowest bars below
    zero; right, the sum of a causal row's weights against its keys, level for one count of n and
    sloping for the other.""",
)
