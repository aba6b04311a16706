"""The same row of normal scores, longer and longer, under four scales: what stays the same."""

import functools
import math

import numpy as np
import torch
from torch import Tensor

from attnkit.diagnostics import effective_number, entropy
from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Rule
from attnkit.length.diffusion_scale.diffusion_scale import diffusion_scale
from attnkit.length.diffusion_scale.entropies import entropy_keeping_scale
from attnkit.length.entropy_abf import entropy_abf_scale

__all__ = ["LENGTH_SCALES"]

LENGTHS = tuple(2**power for power in range(6, 17))
SPREADS = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
TRAINED = (64, 256, 1024, 4096)


@functools.cache
def row(n: int) -> Tensor:
    """So many scores as evenly as a normal density of spread one has them."""
    shares = (torch.arange(n, dtype=torch.float64) + 0.5) / n
    return math.sqrt(2) * torch.erfinv(2 * shares - 1)


@functools.cache
def seen(scale: float, spread: float, n: int) -> tuple[float, float]:
    """Entropy over log n, and effective number of keys, of a row at this scale."""
    weights = (scale * spread * row(n)).softmax(-1)
    return entropy(weights).item() / math.log(n), effective_number(weights).item()


def scales(n_train: int, spread: float) -> dict[str, Tensor]:
    """Each scale at every length."""
    lengths = torch.tensor(LENGTHS, dtype=torch.float64)
    return {
        "none": torch.ones_like(lengths),
        "root": diffusion_scale(lengths, n_train),
        "abf": entropy_abf_scale(lengths, n_train),
        "keep": entropy_keeping_scale(lengths, n_train, spread),
    }


def compute(spread: float, n_train: float) -> Values:
    """Share of log n and effective number of keys against the length, for each scale."""
    values: Values = {"length": np.array(LENGTHS, dtype=float), "trained": float(n_train)}
    for name, scale in scales(int(n_train), spread).items():
        pairs = zip(scale.tolist(), LENGTHS, strict=True)
        share, number = np.transpose([seen(s, spread, n) for s, n in pairs])
        values |= {f"{name}_share": share, f"{name}_keys": number, f"{name}_last": share[-1]}
    return values


LABELS = {
    "none": ("no scale", "muted"),
    "root": ("root", "density"),
    "abf": ("logarithm, one at least", "value"),
    "keep": ("keeps the entropy", "support"),
}

LENGTH_SCALES = Explorable(
    name="length-scales",
    title="What stays the same when the row grows",
    compute=compute,
    controls=[
        Slider("spread", "spread σ", stops=SPREADS, default=1.5, step=0.25, meaning="of scores"),
        Steps("n_train", "trained at", TRAINED, default=256, meaning="the length of scale one"),
    ],
    panels=[
        Panel(
            *(
                Line("length", f"{k}_share", label=label, tone=t)
                for k, (label, t) in LABELS.items()
            ),
            Rule("trained", tone="accent"),
            x=Axis("n", (60, 70_000), log=True),
            y=Axis("entropy / log n", (0, 1.02)),
            main=True,
        ),
        Panel(
            *(Line("length", f"{k}_keys", tone=t) for k, (_, t) in LABELS.items()),
            Rule("trained", tone="accent"),
            x=Axis("n", (60, 70_000), log=True),
            y=Axis("effective number of keys", (1, 70_000), log=True),
        ),
    ],
    readouts=[
        Readout(f"{k}_last", f"share at 65,536, {label}") for k, (label, _) in LABELS.items()
    ],
    depends={
        "length": (),
        "trained": ("n_train",),
        ("none_share", "none_keys", "none_last"): ("spread",),
    },
    caption="""Which curve is level on the left, and which on the right? The root keeps the share of
    log n for any spread, until the row freezes near σ = 2. The green scale keeps the entropy itself
    and has to know the spread: for narrow scores it is far sharper than the logarithm, for wide
    ones no sharper.""",
    alt="""Two panels against the number of keys on a logarithmic axis, for four scales: left,
    entropy over log n, right, effective number of keys; a rule marks the length of training.""",
)
