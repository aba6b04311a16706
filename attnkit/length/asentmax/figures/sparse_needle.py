"""A needle under entmax, its scale a power of log n: the weight it gets, and who else has one."""

import functools
import math

import numpy as np
import torch

from attnkit.diagnostics import support_size
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points
from attnkit.length.asentmax.asentmax import adaptive_scale, asentmax_weights

__all__ = ["SPARSE_NEEDLE"]

GAP = 3.0
LENGTHS = tuple(4**power for power in range(3, 10))
SLOPES = (0.0, 0.25, 0.5, 1.0, 2.0)
POWERS = (-2.0, -1.0, 0.0, 1.0, 2.0)
SPREADS = (0.0, 0.5, 0.75, 1.0)
ALPHAS = {"softmax (α = 1)": 1.0, "entmax (α = 1.5)": 1.5, "sparsemax (α = 2)": 2.0}


def row(n: int, spread: float) -> torch.Tensor:
    """The needle first, then rivals as evenly as a normal density has them."""
    shares = (torch.arange(n - 1, dtype=torch.float64) + 0.5) / (n - 1)
    rivals = spread * math.sqrt(2) * torch.erfinv(2 * shares - 1)
    return torch.cat([torch.full((1,), GAP, dtype=torch.float64), rivals]).float()


_row = functools.lru_cache(maxsize=64)(row)


@functools.cache
def _found(spread: float, slope: float, power: float, alpha: float) -> tuple[np.ndarray, ...]:
    """Weight of the needle and number of keys with a weight at every length."""
    weights = [asentmax_weights(_row(n, spread), slope, power, alpha) for n in LENGTHS]
    supports = [support_size(each).item() for each in weights]
    return np.array([each[0].item() for each in weights]), np.array(supports)


def compute(n: float, slope: float, power: float, spread: float, map: str) -> Values:
    """The map at its scale, without a scale, and softmax at that scale, against n."""
    alpha, here = ALPHAS[map], LENGTHS.index(int(n))
    weight, support = _found(spread, slope, power, alpha)
    bare, bare_support = _found(spread, 0.0, 0.0, alpha)
    scale = adaptive_scale(torch.tensor([float(n)]), slope, power).item()
    return {
        "length": np.array(LENGTHS, dtype=float),
        "weight": weight,
        "bare": bare,
        "same_scale": _found(spread, slope, power, 1.0)[0],
        "support": support,
        "bare_support": bare_support,
        "now": np.array([n], dtype=float),
        "weight_now": weight[[here]],
        "support_now": support[[here]],
        "scale": scale,
        "weight_here": weight[here],
        "support_here": support[here],
        "best_rival": _row(int(n), spread)[1:].max().item(),
    }


SPARSE_NEEDLE = Explorable(
    name="sparse-needle",
    title="A needle whose rivals get nothing",
    compute=compute,
    controls=[
        Slider("slope", "β", stops=SLOPES, default=0.5, step=0.25, meaning="0: no scale"),
        Slider("power", "γ", stops=POWERS, default=1.0, step=1.0, meaning="of log(n + 1)"),
        Slider("spread", "spread σ", stops=SPREADS, default=0.5, step=0.25, meaning="of rivals"),
        Steps("n", "n", LENGTHS, default=4096, meaning="keys of the row that is read off"),
        Choice("map", "map", tuple(ALPHAS), default="entmax (α = 1.5)", meaning="after the scale"),
    ],
    panels=[
        Panel(
            Line("length", "bare", label="without the scale", tone="muted"),
            Line("length", "same_scale", label="the scale, softmax", tone="value", dash=True),
            Line("length", "weight", label="the map at its scale", tone="density"),
            Points("now", "weight_now", tone="density", size=8),
            x=Axis("n", (55, 300_000), log=True),
            y=Axis("weight of the needle", (0, 1.02)),
            main=True,
        ),
        Panel(
            Line("length", "length", label="all keys", tone="muted", dash=True),
            Line("length", "bare_support", label="without the scale", tone="muted"),
            Line("length", "support", label="the map at its scale", tone="support"),
            Points("now", "support_now", tone="support", size=8),
            x=Axis("n", (55, 300_000), log=True),
            y=Axis("keys with a weight", (0.8, 400_000), log=True),
        ),
    ],
    readouts=[
        Readout("scale", "scale 1 + β log(n + 1)^γ"),
        Readout("weight_here", "needle"),
        Readout("support_here", "keys with a weight", digits=0),
        Readout("best_rival", "best rival (needle: 3)"),
    ],
    depends={
        "length": (),
        ("weight", "support"): ("slope", "power", "spread", "map"),
        ("bare", "bare_support"): ("spread", "map"),
        "same_scale": ("slope", "power", "spread"),
        "now": ("n",),
        "scale": ("n", "slope", "power"),
        "best_rival": ("n", "spread"),
    },
    caption="""The needle stands at 3. Without a scale entmax already leaves most rivals nothing,
    and still loses the needle as n grows; with one it stands alone. Compare the dashed curve, the
    same scale under softmax. A negative γ undoes the gain. At σ = 1 a rival stands above the needle
    from a few hundred keys on, and soon the sparse maps give it nothing at all.""",
    alt="""Left, weight of the needle against the number of keys on a logarithmic axis, for a map
    with and without its scale and for softmax at the same scale; right, the number of keys with a
    weight, on logarithmic axes.""",
)
