"""One row of normal scores through softmax and through an elastic softmax."""

import functools

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points, Rule
from attnkit.normalisation.elastic.elastic import elastic_softmax
from attnkit.normalisation.elastic.recorded import SUMMARY
from attnkit.normalisation.elastic.theory import share_of_zeros, sum_of_weights
from attnkit.normalisation.shared.even_rows import even_row, quantile

__all__ = ["ELASTIC_SOFTMAX"]

LENGTHS = (8, 32, 128, 1024, 8192)
SPREADS = tuple(i / 4 for i in range(17))
OFFSETS = (-3.0, -2.0, -1.5, -1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5)
SHOWN = torch.linspace(0.0125, 0.9875, 79, dtype=torch.float64)
LONGEST = 6.5


@functools.cache
def _lengthwise(n: int, offset: float) -> tuple[np.ndarray, np.ndarray]:
    """Share of zeros and sum of the weights at every spread."""
    weights = torch.stack([elastic_softmax(even_row(n, s), offset) for s in SPREADS])
    return _from_the_first_spread((weights == 0).double().mean(-1)), weights.sum(-1).numpy()


def _from_the_first_spread(zeros: torch.Tensor) -> np.ndarray:
    """The curve without its start: among equal scores all are zeros or none, and then it jumps."""
    return np.r_[np.nan, zeros.numpy()[1:]]


def compute(offset: float, spread: float, n: float) -> Values:
    """Weights by rank, in equal shares; zeros and sums by spread, for this n and for many keys."""
    n = int(n)
    shares = n * torch.exp(spread * quantile(SHOWN) - even_row(n, spread).logsumexp(-1))
    kept = torch.relu(shares + offset)
    zeros, sums = _lengthwise(n, offset)
    weights, spreads = elastic_softmax(even_row(n, spread), offset), torch.tensor(SPREADS).double()
    measured = 1.0 if offset == -1.0 else np.nan
    heads = {name: np.array(row) for name, row in SUMMARY["normalisation-elastic"].items()}
    zero_now, sum_now = (weights == 0).double().mean().item(), weights.sum().item()
    return {
        "rank": SHOWN.numpy(),
        "softmax": shares.where(shares < LONGEST, torch.nan).numpy(),
        "elastic": kept.where(kept < LONGEST, torch.nan).numpy(),
        "taken": -offset if offset < 0 else np.nan,
        "spreads": spreads.numpy(),
        "zeros": zeros,
        "sums": sums,
        "zeros_limit": _from_the_first_spread(share_of_zeros(spreads, offset)),
        "sums_limit": sum_of_weights(spreads, offset).numpy(),
        "head_spread": heads["spread"],
        "head_zeros": measured * heads["zeros"],
        "head_sums": measured * heads["row_sum"],
        "spread_now": np.array([spread]),
        "zeros_dot": np.array([zero_now]),
        "sum_dot": np.array([sum_now]),
        "zeros_now": zero_now,
        "sum_now": sum_now,
    }


ELASTIC_SOFTMAX = Explorable(
    name="elastic-softmax",
    title="An equal share off every weight",
    compute=compute,
    controls=[
        Slider(
            "offset",
            "offset τ",
            stops=OFFSETS,
            default=-1.0,
            step=0.25,
            meaning="what is added to every weight, in equal shares of one",
        ),
        Slider("spread", stops=SPREADS, default=1.0, step=0.25, meaning="how far scores lie apart"),
        Steps("n", "n", LENGTHS, default=1024, meaning="how many keys the row has"),
    ],
    panels=[
        Panel(
            Rule("taken", axis="y", label="what is taken", tone="muted"),
            Line("rank", "softmax", label="softmax", tone="muted"),
            Line("rank", "elastic", label="elastic", tone="density"),
            x=Axis("keys, from the lowest score to the highest", (0, 1)),
            y=Axis("weight, in equal shares", (0, 6)),
            main=True,
        ),
        Panel(
            Points("head_spread", "head_zeros", label="heads, zeros", tone="support", size=3),
            Points("head_spread", "head_sums", label="heads, sum", tone="value", size=3),
            Line("spreads", "zeros_limit", label="zeros, many keys", tone="muted", dash=True),
            Line("spreads", "sums_limit", label="sum, many keys", tone="muted", dash=True),
            Line("spreads", "zeros", label="share of zeros", tone="support"),
            Line("spreads", "sums", label="sum of the weights", tone="value"),
            Points("spread_now", "zeros_dot", tone="support", size=9),
            Points("spread_now", "sum_dot", tone="value", size=9),
            x=Axis("spread of the scores", (0, 4)),
            y=Axis("share, sum", (0, 1.55)),
        ),
    ],
    readouts=[
        Readout("zeros_now", "share of zeros"),
        Readout("sum_now", "sum of the weights"),
    ],
    depends={
        ("rank", "spreads", "head_spread"): (),
        ("head_zeros", "head_sums"): ("offset",),
        "softmax": ("spread", "n"),
        "taken": ("offset",),
        ("zeros", "sums"): ("offset", "n"),
        ("zeros_limit", "sums_limit"): ("offset",),
        "spread_now": ("spread",),
    },
    caption="""At −1 a key is kept if it has more than its equal share. Take the spread to zero:
    the row attends to nothing. Widen it: zeros grow, and yet the sum grows too. Then few keys and a
    wide spread: the curves leave their dashed limits. Small dots, at −1: the heads of one six-layer
    encoder, over thirty passages.""",
    alt="""Left, weight in equal shares against the rank of a key: softmax's curve rises, the
    elastic one is lower by the offset and zero for the lower ranks; right, share of zeros and sum
    of the weights against the spread, with dashed limits.""",
)
