"""Pairs that a polynomial recalls, with a window of exponentials before it."""

import functools

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Line, Rule
from attnkit.memory.based.kernels import D_VALUE, pairs_recalled, taylor_kernel

__all__ = ["BASED_RECALL"]

PAIRS = (8, 16, 32, 64, 128, 256, 512)
SCORES = np.linspace(-5.0, 3.0, 65)


@functools.cache
def recalled(d_key: int, order: int, window: int, mean_score: float) -> np.ndarray:
    """Share of pairs recalled, of each number of pairs."""
    settings = {"order": order, "window": window, "mean_score": mean_score}
    shares = [
        pairs_recalled(n, d_key, **settings, generator=torch.Generator().manual_seed(n))
        for n in PAIRS
    ]
    return np.array(shares)


def compute(d_key: float, order: float, window: float, mean_score: float) -> Values:
    """Recall against pairs, and the kernel that does it against the score."""
    d, p, w = int(d_key), int(order), int(window)
    features = 1 + d + (d * (d + 1) // 2 if p == 2 else 0)
    kernel = taylor_kernel(torch.from_numpy(SCORES), p).numpy()
    return {
        "pairs": np.array(PAIRS, dtype=float),
        "based": recalled(d, p, w, mean_score),
        "softmax": recalled(d, 1, PAIRS[-1], 0.0),
        "hebb": recalled(d, 1, 0, -1.0),
        "score": SCORES,
        "exponential": np.exp(SCORES),
        "kernel": kernel,
        "mean": np.array([mean_score]),
        "kept": float(features * (D_VALUE + 1) + w * (d + D_VALUE + 1)),
        "at_eight": float(np.interp(np.log(8 * d), np.log(PAIRS), recalled(d, p, w, mean_score))),
    }


BASED_RECALL = Explorable(
    name="based-recall",
    title="Recall by a polynomial and a window",
    compute=compute,
    controls=[
        Steps("d_key", "width d", (8, 16, 32, 64), default=16, meaning="numbers of a key"),
        Steps("order", "order p", (1, 2), default=2, meaning="of the Taylor polynomial"),
        Steps("window", "window w", (0, 16, 64), default=0, meaning="newest pairs, exact"),
        Steps(
            "mean_score",
            "mean score δ",
            (-3.0, -1.5, 0.0, 1.0),
            default=0.0,
            meaning="what a mean key adds to all scores; centred: 0",
        ),
    ],
    panels=[
        Panel(
            Line("pairs", "softmax", label="softmax", tone="muted"),
            Line("pairs", "hebb", label="Hebb", tone="value"),
            Line("pairs", "based", label="polynomial and window"),
            title="Pairs recalled",
            x=Axis("pairs written", (8, 512), log=True),
            y=Axis("share recalled", (0, 1)),
        ),
        Panel(
            Rule("mean", tone="muted"),
            Line("score", "exponential", label="exponential", tone="muted"),
            Line("score", "kernel", label="polynomial"),
            title="What a score is worth",
            x=Axis("score", (-5, 3)),
            y=Axis("weight", (-4, 9)),
        ),
    ],
    readouts=[
        Readout("kept", "numbers kept", digits=0),
        Readout("at_eight", "recalled of 8 d pairs"),
    ],
    depends={
        "pairs": (),
        "score": (),
        "exponential": (),
        ("softmax", "hebb"): ("d_key",),
        "kernel": ("order",),
        "mean": ("mean_score",),
        "kept": ("d_key", "order", "window"),
    },
    caption="""Normal keys, values of length one in 64 dimensions; an item counts if its own value
    is the nearest of all to what is read. The second order recalls several times as many pairs as
    Hebb, which is the first order at δ = −1. Then move δ to −3: the parabola is lowest at −1, a
    score of −4 weighs as much as one of 2, and a key's own score, √d above δ, no longer stands
    out.""",
    alt="""Left: share of pairs recalled against pairs written, falling late for softmax, earlier
    for the polynomial, first for Hebb. Right: exponential and Taylor polynomial against the score;
    the parabola turns up again below minus one.""",
)
