"""A layer's fan of rates: what each head recalls by age, and what a naive block would overflow."""

import math

import numpy as np

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Bars, Line, Rule
from attnkit.linear_time.lightning.recorded import real_rates
from attnkit.linear_time.lightning.slopes import lightning_log_decay
from attnkit.linear_time.lightning.theory import half_life, recalled_by_age

__all__ = ["LIGHTNING_FAN"]

N_HEADS, N_LAYERS, D_KEY = 8, 6, 64
AGES = np.unique(np.geomspace(1, 4096, 60).round().astype(int)) - 1
SHOWN = {"first": 0, "second": 1, "third": 2, "last": 7}
LARGEST = 38.53  # the decimal logarithm of the largest number in single precision


def _real_median() -> float:
    """The median rate of the real heads that forget, without the first token."""
    rate = real_rates("without the first")["rate"]
    return float(np.median(rate[rate < 0]))


def _recalled(rate: float, n_tokens: int) -> np.ndarray:
    """Cosine by age; nothing where no pair is so old."""
    known = [
        recalled_by_age(rate, int(age), n_tokens, D_KEY) if age < n_tokens else math.nan
        for age in AGES
    ]
    return np.array(known)


def compute(layer: float, n: float, block: float) -> Values:
    """Recall by age of four heads and of a real one's rate, and a naive block's largest power."""
    rates = lightning_log_decay(N_HEADS, int(layer), N_LAYERS).tolist()
    real = _real_median()
    curves = {name: _recalled(rates[head], int(n)) for name, head in SHOWN.items()}
    return {
        "since": AGES + 1.0,
        **curves,
        "real": _recalled(real, int(n)),
        "head": np.arange(N_HEADS, dtype=float),
        "power": -np.array(rates) * block / math.log(10),
        "life_second": half_life(rates[1]),
        "life_last": half_life(rates[-1]),
        "life_real": half_life(real),
        "overflowing": float((-np.array(rates) * block / math.log(10) > LARGEST).sum()),
    }


LIGHTNING_FAN = Explorable(
    name="lightning-fan",
    title="What each head of a layer forgets",
    compute=compute,
    controls=[
        Slider(
            "layer", "layer l", stops=range(N_LAYERS), default=0, step=1, meaning="of six, from 0"
        ),
        Steps("n", "T", (64, 256, 1024, 4096), default=1024, meaning="random pairs written"),
        Steps("block", "B", (16, 32, 64, 128, 256), default=64, meaning="tokens of a block"),
    ],
    panels=[
        Panel(
            Line("since", "first", label="head 0: never forgets", tone="muted"),
            Line("since", "second", label="head 1", tone="density"),
            Line("since", "third", label="head 2", tone="second"),
            Line("since", "last", label="head 7", tone="value"),
            Line("since", "real", label="a real head's rate", tone="accent", dash=True),
            x=Axis("pairs written since, itself counted", (1, 4096), log=True),
            y=Axis("cosine of read and value", (0, 1.02)),
            main=True,
        ),
        Panel(
            Bars("head", "power", label="largest factor of K Λ⁻¹", tone="value"),
            Rule(LARGEST, axis="y", label="single precision ends", tone="accent"),
            x=Axis("head", (-0.6, 7.6)),
            y=Axis("decimal logarithm", (0, 110)),
        ),
    ],
    readouts=[
        Readout("life_second", "half-life, head 1", digits=2),
        Readout("life_last", "half-life, head 7", digits=2),
        Readout("life_real", "half-life, real", digits=1),
        Readout("overflowing", "heads that would overflow", digits=0),
    ],
    depends={
        ("since", "head", "life_real"): (),
        "first": ("n",),
        ("second", "third", "last"): ("layer", "n"),
        "real": ("n",),
        ("power", "overflowing"): ("layer", "block"),
        ("life_second", "life_last"): ("layer",),
    },
    caption="""Raise T: head 0 recalls every age alike, and all of them less. The others recall the
    last tokens whatever T is. Then raise the layer: the fan opens, but even in the last layer no
    head but 0 reaches the dashed curve, the median rate of a trained encoder's heads that forget.
    Right, what a block must never compute: λ to the
    power −B; bars beyond the top go on, to 778.""",
    alt="""Left, cosine of what is read with the value against the age of the pair, on a logarithmic
    axis, for four heads of a layer and for a real head's rate; right, a bar for each head, the
    decimal logarithm of its largest inverse power, with the limit of single precision.""",
)
