"""A needle among normal rivals as the row grows: what softmax gives it, and scalable softmax."""

import functools
import math

import numpy as np

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points, Rule
from attnkit.length.theory import (
    dispersed_entropy,
    freezing_spread,
    mean_entropy,
    mean_needle_weight,
    needle_above_all,
)

__all__ = ["NEEDLE_AND_LENGTH"]

LENGTHS = tuple(2**power for power in range(4, 19))
SCALES = (0.0, 0.1, 0.17, 0.25, 0.34, 0.43, 0.6, 1.0)
GAPS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
SPREADS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)


@functools.cache
def _entropies(scale: float | None, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean entropy of rows of rivals at every length, and its law."""
    spreads = [_factor(n, scale) * spread for n in LENGTHS]
    pairs = [*zip(LENGTHS, spreads, strict=True)]
    exact = [mean_entropy(n, s) for n, s in pairs]
    return np.array(exact), np.array([dispersed_entropy(n, s) for n, s in pairs])


def _factor(n: int, scale: float | None) -> float:
    """What the scores are multiplied by: one for softmax."""
    return 1.0 if scale is None else scale * math.log(n)


@functools.cache
def _needles(scale: float | None, gap: float, spread: float) -> np.ndarray:
    """Mean weight of the needle at every length."""
    factors = [(n, _factor(n, scale)) for n in LENGTHS]
    return np.array([mean_needle_weight(n, b * gap, b * spread) for n, b in factors])


@functools.cache
def _highest(gap: float, spread: float) -> np.ndarray:
    """How often the needle stands above all, at every length."""
    return np.array([needle_above_all(length, gap, spread) for length in LENGTHS])


def compute(n: float, scale: float, gap: float, spread: float) -> Values:
    """Weight of the needle and entropy of its rivals against n, with and without the scale."""
    (flat, flat_law), (scaled, scaled_law) = (_entropies(s, spread) for s in (None, scale))
    plain, kept = (_needles(s, gap, spread) for s in (None, scale))
    here = LENGTHS.index(int(n))
    return {
        "length": np.array(LENGTHS, dtype=float),
        "softmax": plain,
        "ssmax": kept,
        "highest": _highest(gap, spread),
        "now": np.array([n]),
        "softmax_now": plain[[here]],
        "ssmax_now": kept[[here]],
        "uniform": np.log(LENGTHS),
        "entropy_softmax": flat,
        "law_softmax": flat_law,
        "entropy_ssmax": scaled,
        "law_ssmax": scaled_law,
        "softmax_weight": plain[here],
        "ssmax_weight": kept[here],
        "spread_now": _factor(int(n), scale) * spread,
        "freezing": freezing_spread(n),
    }


NEEDLE_AND_LENGTH = Explorable(
    name="needle-and-length",
    title="A needle in a growing row",
    compute=compute,
    controls=[
        Slider("scale", "s", stops=SCALES, default=0.43, step=0.01, meaning="scores times s log n"),
        Slider("gap", "gap D", stops=GAPS, default=3.0, step=1.0, meaning="lead over the mean"),
        Slider("spread", "spread σ", stops=SPREADS, default=0.5, step=0.25, meaning="of rivals"),
        Steps("n", "n", LENGTHS[::2], default=1024, meaning="keys of the row that is read off"),
    ],
    panels=[
        Panel(
            Line("length", "highest", label="needle stands highest", tone="muted", dash=True),
            Line("length", "softmax", label="softmax", tone="muted"),
            Line("length", "ssmax", label="scalable softmax", tone="density"),
            Points("now", "softmax_now", tone="muted", size=8),
            Points("now", "ssmax_now", tone="density", size=8),
            x=Axis("n", (14, 300_000), log=True),
            y=Axis("mean weight of the needle", (0, 1.02)),
            main=True,
        ),
        Panel(
            Line("length", "uniform", label="log n", tone="muted", dash=True),
            Line("length", "entropy_softmax", label="softmax", tone="muted"),
            Line("length", "entropy_ssmax", label="scalable softmax", tone="density"),
            Points("length", "law_softmax", tone="muted", size=4, label="law"),
            Points("length", "law_ssmax", tone="density", size=4),
            Rule("now", tone="accent"),
            x=Axis("n", (14, 300_000), log=True),
            y=Axis("entropy of the rivals", (0, 13)),
        ),
    ],
    readouts=[
        Readout("softmax_weight", "needle, softmax"),
        Readout("ssmax_weight", "needle, scalable softmax"),
        Readout("spread_now", "spread after the scale"),
        Readout("freezing", "freezing spread √(2 log n)"),
    ],
    depends={
        ("length", "uniform"): (),
        "softmax": ("gap", "spread"),
        "ssmax": ("scale", "gap", "spread"),
        "highest": ("gap", "spread"),
        ("now", "freezing"): ("n",),
        ("softmax_now", "softmax_weight"): ("n", "gap", "spread"),
        ("entropy_softmax", "law_softmax"): ("spread",),
        ("entropy_ssmax", "law_ssmax"): ("scale", "spread"),
        "spread_now": ("n", "scale", "spread"),
    },
    caption="""With σ = 0 find the s at which the needle keeps one half at every n: it is 1/D. Then
    raise σ. Beyond the dashed curve no scale helps, for some rival stands higher; a larger s only
    gives it more. Right, the entropy falls from its law (dots) where the spread after the scale
    reaches the freezing spread.""",
    alt="""Left, mean weight of a needle against the number of keys on a logarithmic axis, for
    softmax, falling, and for scalable softmax, with the chance that the needle stands highest;
    right, the entropy of the rivals against the number of keys with its law as dots.""",
)
