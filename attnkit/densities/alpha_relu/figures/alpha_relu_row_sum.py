"""What a row sums to when its threshold is given, against its length."""

import functools

import numpy as np
import torch

from attnkit.densities.alpha_relu.alpha_relu import alpha_relu_weights
from attnkit.densities.finite import entmax
from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points, Rule

__all__ = ["ALPHA_RELU_ROW_SUM"]

LENGTHS = (8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
ALPHAS = (1.2, 1.35, 1.5, 1.75, 2.0)
THRESHOLDS = (-1.0, -0.5, 0.0, 0.5, 1.0, 1.06, 1.5, 1.85, 2.0)
AXIS = torch.linspace(-3, 4, 113, dtype=torch.float64)


def _row(n: int) -> torch.Tensor:
    """So many scores as evenly as a normal density has them."""
    shares = (torch.arange(n, dtype=torch.float64) + 0.5) / n
    return 2**0.5 * torch.erfinv(2 * shares - 1)


def _own(n: int, alpha: float) -> float:
    """The threshold that entmax finds for the row."""
    row = _row(n)
    best = entmax(row, alpha)[-1].item()
    return row[-1].item() - best ** (alpha - 1) / (alpha - 1)


@functools.cache
def _tables(alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """Entmax's own threshold at every length, and nothing else that a slider asks for."""
    own = np.array([_own(n, alpha) for n in LENGTHS])
    return np.array(LENGTHS, dtype=float), own


def compute(threshold: float, alpha: float, n: float) -> Values:
    """The profile above a fixed threshold and above entmax's own; sums at every length."""
    lengths, own = _tables(alpha)
    here = LENGTHS.index(int(n))
    sums = [alpha_relu_weights(_row(m), alpha, threshold).sum().item() for m in LENGTHS]
    total = np.array([total if total > 0 else np.nan for total in sums])
    return {
        "score": AXIS.numpy(),
        "given": alpha_relu_weights(AXIS, alpha, threshold).numpy(),
        "found": alpha_relu_weights(AXIS, alpha, float(own[here])).numpy(),
        "length": lengths,
        "sums": total,
        "now": np.array([n]),
        "sum_now": total[[here]],
        "sum": sums[here],
        "own": own[here],
    }


ALPHA_RELU_ROW_SUM = Explorable(
    name="alpha-relu-row-sum",
    title="A threshold that is given",
    compute=compute,
    controls=[
        Slider("threshold", "τ", stops=THRESHOLDS, default=1.0, step=0.01, meaning="that is given"),
        Slider("alpha", "α", stops=ALPHAS, default=1.5, step=0.05, meaning="of the profile"),
        Steps("n", "n", LENGTHS[::3], default=512, meaning="keys of the row that is read off"),
    ],
    panels=[
        Panel(
            Line("score", "found", label="above entmax's own threshold", tone="muted"),
            Line("score", "given", label="above the given one"),
            x=Axis("score", (-3, 4)),
            y=Axis("weight of one key", (0, 2)),
            main=True,
        ),
        Panel(
            Line("length", "sums", label="given threshold"),
            Points("now", "sum_now", tone="value", size=9),
            Rule(1.0, axis="y", label="entmax", tone="muted"),
            x=Axis("n", (7, 5000), log=True),
            y=Axis("sum of the weights", (0.01, 5000), log=True),
        ),
    ],
    readouts=[Readout("sum", "sum of the weights"), Readout("own", "entmax's own threshold")],
    depends={
        ("score", "length"): (),
        "given": ("threshold", "alpha"),
        ("found", "own"): ("alpha", "n"),
        "sums": ("threshold", "alpha"),
        "now": ("n",),
    },
    caption="""Let n grow: entmax's own threshold climbs to the right so that the sum stays one.
    The given one stands still, and its sum becomes a straight line of slope one. Move τ until the
    dot lies on one; at every other n it does not.""",
    alt="""Left, weight against score above two thresholds; right, the sum of the weights against
    the number of keys on logarithmic axes, a line of slope one, beside entmax's level line.""",
)
