"""One row through entmax and normmax as alpha grows: the one gets sharper, the other flatter."""

import functools

import numpy as np
import torch

from attnkit.densities.finite import entmax
from attnkit.densities.normmax.normmax import normmax_weights
from attnkit.diagnostics import effective_number, support_size
from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Values
from attnkit.explore.marks import Bars, Line, Points

__all__ = ["TWO_ALPHAS"]

ALPHAS = (1.05, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0, 20.0)
SPREADS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
N_KEYS = 12


def _row(spread: float) -> torch.Tensor:
    """So many scores as evenly as a normal density has them, the best first."""
    shares = (torch.arange(N_KEYS, dtype=torch.float64) + 0.5) / N_KEYS
    return -spread * 2**0.5 * torch.erfinv(2 * shares - 1)


@functools.cache
def _keys(spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Effective number of keys at every alpha."""
    row = _row(spread)
    each = [(entmax(row, a), normmax_weights(row, a)) for a in ALPHAS]
    return tuple(np.array([effective_number(w[i]).item() for w in each]) for i in (0, 1))


def compute(alpha: float, spread: float) -> Values:
    """Both maps' weights at an alpha, and their effective keys at every one."""
    row = _row(spread)
    ours, others = normmax_weights(row, alpha), entmax(row, alpha)
    entmax_keys, normmax_keys = _keys(spread)
    key = np.arange(1, N_KEYS + 1, dtype=float)
    return {
        "key": key,
        "weight": ours.numpy(),
        "entmax_weight": others.numpy(),
        "alphas": np.array(ALPHAS),
        "normmax_keys": normmax_keys,
        "entmax_keys": entmax_keys,
        "now": np.array([alpha]),
        "normmax_now": np.array([effective_number(ours).item()]),
        "entmax_now": np.array([effective_number(others).item()]),
        "support": support_size(ours).item(),
        "entmax_support": support_size(others).item(),
    }


TWO_ALPHAS = Explorable(
    name="two-alphas",
    title="A sum of powers, or a norm",
    compute=compute,
    controls=[
        Slider("alpha", "α", stops=ALPHAS, default=2.0, step=0.05, meaning="order of the penalty"),
        Slider("spread", stops=SPREADS, default=0.75, step=0.25, meaning="of the scores"),
    ],
    panels=[
        Panel(
            Bars("key", "weight", label="normmax"),
            Points("key", "entmax_weight", label="entmax", tone="value", size=8),
            x=Axis("key, best first", (0.3, N_KEYS + 0.7)),
            y=Axis("weight of one key", (0, 1.04)),
            main=True,
        ),
        Panel(
            Line("alphas", "normmax_keys", label="normmax"),
            Line("alphas", "entmax_keys", label="entmax", tone="value"),
            Points("now", "normmax_now", tone="density", size=9),
            Points("now", "entmax_now", tone="value", size=9),
            x=Axis("α", (1, 22), log=True),
            y=Axis("effective keys", (0, 12.5)),
        ),
    ],
    readouts=[
        Readout("support", "keys with a weight, normmax", digits=0),
        Readout("entmax_support", "keys with a weight, entmax", digits=0),
    ],
    depends={
        ("key", "alphas"): (),
        ("normmax_keys", "entmax_keys"): ("spread",),
        "now": ("alpha",),
        ("weight", "entmax_weight"): ("alpha", "spread"),
    },
    caption="""Raise α: entmax goes from softmax to the best key alone, normmax from the best key to
    equal shares. At α = 20 its bars are nearly level, and end where sparsemax's keys end. At a
    spread of 0 both share out equally, whatever α is.""",
    alt="""Left, weights of twelve keys in falling order, bars for normmax and dots for entmax;
    right, the effective number of keys against alpha: normmax rises, entmax falls.""",
)
