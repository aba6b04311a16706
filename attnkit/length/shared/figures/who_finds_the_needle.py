"""Seven maps that agree at 64 keys, or nearly, and the same scores in a row of 262,144."""

import functools
import math

import numpy as np
import torch
from torch import Tensor

from attnkit.densities import entmax, softmax
from attnkit.diagnostics import effective_number
from attnkit.explore import Axis, Explorable, Panel, Slider, Values
from attnkit.explore.marks import Line, Rule
from attnkit.length.asentmax import adaptive_scale, asentmax_weights
from attnkit.length.diffusion_scale import diffusion_scale_weights
from attnkit.length.softplus import reweighted_softplus_weights, softplus_weights
from attnkit.length.ssmax import ssmax_weights

__all__ = ["WHO_FINDS_THE_NEEDLE"]

TRAINED = 64
LENGTHS = tuple(4**power for power in range(2, 10))
GAPS = (2.0, 3.0, 4.0, 6.0, 8.0)
SPREADS = (0.0, 0.5, 1.0, 1.5, 2.0)


def by_log(scores: Tensor) -> Tensor:
    """Scores at a scale of log n that is one at 64 keys."""
    return scores * math.log(scores.shape[-1]) / math.log(TRAINED)


def adaptive(scores: Tensor) -> Tensor:
    """Entmax at a scale that grows with log n and is one at 64 keys."""
    at_first = adaptive_scale(torch.tensor(float(TRAINED)), 0.5, 1.0).item()
    return asentmax_weights(scores / at_first, 0.5, 1.0)


MAPS = {
    "softmax": softmax,
    "root": lambda scores: diffusion_scale_weights(scores, TRAINED),
    "log": lambda scores: ssmax_weights(scores, 1 / math.log(TRAINED)),
    "entmax": entmax,
    "asentmax": adaptive,
    "lssa": lambda scores: softplus_weights(by_log(scores)),
    "lssar": lambda scores: reweighted_softplus_weights(by_log(scores)),
}


@functools.cache
def rivals(n: int) -> Tensor:
    """So many numbers as evenly as a normal density has them."""
    shares = (torch.arange(n, dtype=torch.float64) + 0.5) / n
    return (math.sqrt(2) * torch.erfinv(2 * shares - 1)).float()


def row(n: int, gap: float, spread: float) -> Tensor:
    """The needle first, then its rivals."""
    return torch.cat([torch.tensor([gap]), spread * rivals(n - 1)])


@functools.cache
def _computed(gap: float, spread: float) -> Values:
    values: Values = {"length": np.array(LENGTHS, dtype=float)}
    for name, weigh in MAPS.items():
        weights = [weigh(row(n, gap, spread)) for n in LENGTHS]
        values[name] = np.array([each[0].item() for each in weights])
        values[f"{name}_keys"] = np.array([effective_number(each).item() for each in weights])
    limit = gap**2 / (2 * spread**2) if spread else math.inf
    values["limit"] = math.exp(limit) if limit < math.log(LENGTHS[-1]) else math.nan
    return values


def compute(gap: float, spread: float) -> Values:
    """Weight of the needle and effective number of keys under each map, against n."""
    return _computed(gap, spread)


LOOKS = {
    "softmax": ("softmax, or a constant", "muted", False),
    "root": ("scale √log n", "value", False),
    "log": ("scale log n", "density", False),
    "entmax": ("entmax", "muted", True),
    "asentmax": ("entmax, scale with log n", "support", False),
    "lssa": ("softplus (LSSA)", "second", False),
    "lssar": ("softplus, power 15 (LSSAR)", "accent", False),
}


def _lines(suffix: str = "") -> list[Line]:
    return [
        Line("length", f"{name}{suffix}", label=label, tone=tone, dash=dash)
        for name, (label, tone, dash) in LOOKS.items()
    ]


N = Axis("n", (14, 300_000), log=True)

WHO_FINDS_THE_NEEDLE = Explorable(
    name="who-finds-the-needle",
    title="Who still finds the needle?",
    compute=compute,
    controls=[
        Slider("gap", "gap D", stops=GAPS, default=6.0, step=1.0, meaning="of the needle"),
        Slider("spread", "spread σ", stops=SPREADS, default=1.0, step=0.5, meaning="of rivals"),
    ],
    panels=[
        Panel(
            *_lines(),
            Rule(float(TRAINED), label="trained here", tone="muted"),
            Rule("limit", label="a rival stands higher"),
            x=N,
            y=Axis("weight of the needle", (0, 1.02)),
            main=True,
        ),
        Panel(
            *_lines("_keys"),
            Rule(float(TRAINED), tone="muted"),
            x=N,
            y=Axis("effective number of keys", (0.8, 400_000), log=True),
        ),
    ],
    depends={"length": ()},
    caption="""All scales are one at 64 keys, where a model is trained, say. Follow each curve to
    the right: which forget the needle, which keep it, and which have not even had it at 64? Then
    turn σ up until the vertical line comes in. Beyond it a rival stands above the needle, and every
    curve goes down.""",
    alt="""Left, weight of a needle against the number of keys on a logarithmic axis for seven maps
    that agree or nearly agree at 64 keys; right, the effective number of keys, on logarithmic
    axes.""",
)
