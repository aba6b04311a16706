"""One row through softmax and through a sigmoid: what moves with it, and what it sums to."""

import functools
import math

import numpy as np
import torch

from attnkit.densities import softmax
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points, Rule
from attnkit.normalisation.shared.even_rows import even_row, quantile
from attnkit.normalisation.sigmoid.sigmoid import sigmoid_weights

__all__ = ["SIGMOID_ROW_SUM"]

LENGTHS = (4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
SPREADS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
SHIFTS = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
BIASES = {
    "−log n": lambda n: -math.log(n),
    "−log 256, whatever n": lambda n: -math.log(256),
    "none": lambda n: 0.0,
}
AXIS = torch.linspace(-10, 10, 121, dtype=torch.float64)
SHOWN = torch.linspace(0.02, 0.98, 9, dtype=torch.float64)


def row(n: float, spread: float, shift: float) -> torch.Tensor:
    """So many scores as evenly as a normal density has them."""
    return shift + even_row(int(n), spread)


@functools.cache
def _sums(spread: float, shift: float, bias: str) -> np.ndarray:
    """What the weights of a row sum to at every length, whichever is shown."""
    rows = ((row(n, spread, shift), BIASES[bias](n)) for n in LENGTHS)
    return np.array([sigmoid_weights(scores, added).sum().item() for scores, added in rows])


def compute(n: float, spread: float, shift: float, bias: str) -> Values:
    """Weights as functions of the score, nine keys of the row on them, and sums at every length."""
    scores, bias_at = row(n, spread, shift), BIASES[bias]
    keys = shift + spread * quantile(SHOWN)
    partition = scores.logsumexp(-1)
    shares = (AXIS - partition).exp()
    weights = sigmoid_weights(scores, bias_at(n))
    return {
        "score": AXIS.numpy(),
        "softmax_curve": shares.where(shares <= 1, math.nan).numpy(),
        "sigmoid_curve": sigmoid_weights(AXIS, bias_at(n)).numpy(),
        "key": keys.numpy(),
        "softmax_key": (keys - partition).exp().numpy(),
        "sigmoid_key": sigmoid_weights(keys, bias_at(n)).numpy(),
        "length": np.array(LENGTHS, dtype=float),
        "sums": _sums(spread, shift, bias),
        "now": np.array([n], dtype=float),
        "sum_now": weights.sum().reshape(1).numpy(),
        "sum": weights.sum().item(),
        "bound": math.exp(shift + spread**2 / 2),
        "largest_sigmoid": weights.max().item(),
        "largest_softmax": softmax(scores).max().item(),
    }


SIGMOID_ROW_SUM = Explorable(
    name="sigmoid-row-sum",
    title="Weighed alone, or against each other",
    compute=compute,
    controls=[
        Slider(
            "shift",
            stops=SHIFTS,
            default=0.0,
            step=1.0,
            meaning="a constant added to every score of the row",
        ),
        Slider("spread", stops=SPREADS, default=1.0, step=0.5, meaning="how far scores lie apart"),
        Steps("n", "n", LENGTHS, default=64, meaning="how many keys the row has"),
        Choice("bias", "bias", tuple(BIASES), default="−log n", meaning="added before the sigmoid"),
    ],
    panels=[
        Panel(
            Line("score", "softmax_curve", label="softmax", tone="muted"),
            Line("score", "sigmoid_curve", label="sigmoid", tone="density"),
            Points("key", "softmax_key", label="keys, softmax", tone="muted"),
            Points("key", "sigmoid_key", label="keys, sigmoid", tone="value"),
            x=Axis("score", (-10, 10)),
            y=Axis("weight of one key", (1e-6, 2), log=True),
            main=True,
        ),
        Panel(
            Line("length", "sums", label="sum of the sigmoid's weights"),
            Points("now", "sum_now", label="this row", tone="value", size=9),
            Rule(1.0, axis="y", label="softmax", tone="muted", dash=False),
            Rule("bound", axis="y", label="bound with −log n"),
            x=Axis("n", (3, 5000), log=True),
            y=Axis("sum of the weights", (0.1, 5000), log=True),
        ),
    ],
    readouts=[
        Readout("sum", "sum of the sigmoid's weights"),
        Readout("bound", "bound with −log n"),
        Readout("largest_sigmoid", "largest weight, sigmoid"),
        Readout("largest_softmax", "largest weight, softmax"),
    ],
    depends={
        ("score", "length"): (),
        "softmax_curve": ("n", "spread", "shift"),
        "sigmoid_curve": ("n", "bias"),
        "key": ("spread", "shift"),
        "softmax_key": ("n", "spread", "shift"),
        "sums": ("spread", "shift", "bias"),
        "now": ("n",),
        "bound": ("spread", "shift"),
        "largest_softmax": ("n", "spread", "shift"),
    },
    caption="""Move the shift: softmax's curve travels with the keys, so that each keeps its weight;
    the sigmoid's curve stands still, and the keys climb it. Then let n grow and watch the sum: with
    −log n it settles below a bound, with a bias made for one length it grows without end.""",
    alt="""Left, weight against score on a logarithmic axis, one curve for softmax and one for the
    sigmoid, with nine keys as dots on each; right, the sum of the sigmoid's weights against the
    number of keys, beside softmax's line at one.""",
)
