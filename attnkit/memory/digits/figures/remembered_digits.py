"""Handwritten digits as memories: pairs accumulate, and theory draws what to expect."""

from functools import cache

import numpy as np
import torch

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Heat, Line, Points, Rule
from attnkit.memory.digits import KEYS, RULES, effective_width, recalled, snr

__all__ = ["REMEMBERED_DIGITS"]

PAIRS = (2, 4, 8, 16, 32, 64, 128, 256)


@cache
def curve(keys: str, rule: str) -> np.ndarray:
    """Measured signal over noise at every number of pairs."""
    return np.array([snr(keys, rule, n) for n in PAIRS])


def compute(keys: str, rule: str, n_pairs: float) -> Values:
    """The first stored digit, what is recalled of it, and signal over noise by pairs."""
    wanted, got = recalled(keys, rule, int(n_pairs))
    scale = wanted.abs().max()
    width = effective_width(keys)
    measured = curve(keys, rule)
    picture = (got / scale).clamp(-1, 1)
    return {
        "stored": (wanted / scale).numpy(),
        "recalled": picture.numpy(),
        "pairs": np.array(PAIRS, dtype=float),
        "measured": np.clip(measured, 1e-2, 1e3),
        "predicted": width / (np.array(PAIRS) - 1.0),
        "pairs_line": float(n_pairs),
        "width": width,
        "here": float(measured[PAIRS.index(int(n_pairs))]),
        "cosine": float(torch.cosine_similarity(wanted.flatten(), got.flatten(), dim=0)),
    }


REMEMBERED_DIGITS = Explorable(
    name="remembered-digits",
    title="Remembering digits",
    compute=compute,
    controls=[
        Choice("keys", "keys", KEYS, meaning="what each digit is stored under"),
        Choice("rule", "rule", tuple(RULES), meaning="how pairs are written"),
        Steps("n_pairs", "pairs stored", PAIRS, default=16, meaning="digits in the memory"),
    ],
    panels=[
        Panel(
            Heat("stored", low=-1, high=1, diverging=True),
            title="stored first",
            y=Axis(ends=(7.5, -0.5)),
            square=True,
        ),
        Panel(
            Heat("recalled", low=-1, high=1, diverging=True),
            title="recalled",
            y=Axis(ends=(7.5, -0.5)),
            square=True,
            main=True,
        ),
        Panel(
            Rule("pairs_line", tone="muted"),
            Line("pairs", "predicted", label="Hebb in theory: d/(n − 1)"),
            Points("pairs", "measured", label="measured"),
            x=Axis("pairs stored", (2, 256), log=True),
            y=Axis("signal / noise", (1e-2, 1e3), log=True),
        ),
    ],
    readouts=[
        Readout("width", "effective key width", digits=1),
        Readout("here", "signal / noise measured", digits=2),
        Readout("cosine", "cosine of this recall"),
    ],
    depends={
        ("stored", "pairs"): (),
        "measured": ("keys", "rule"),
        ("predicted", "width"): ("keys",),
        "pairs_line": ("n_pairs",),
    },
    caption="""Values are the pixels of handwritten digits, less their mean. Under random keys of
    width 64 the theory's line is met. Stored under the digit that came before it, raw, a picture is
    worth two dimensions as a key; centring and whitening give width back.""",
    alt="""Two small pictures of a digit, as stored and as recalled, and the measured ratio of
    signal to noise against the number of stored pairs with the theory's line.""",
)
