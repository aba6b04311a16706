"""Two heads of one row: their weights at an alpha and a scale, and what alpha costs each."""

import functools

import numpy as np
import torch

from attnkit.densities.adaptively_sparse.toy import N_KEYS, WANTED, cosines, risk
from attnkit.densities.finite import entmax
from attnkit.diagnostics import effective_number, support_size
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Values
from attnkit.explore.marks import Bars, Line, Points

__all__ = ["ALPHA_PER_HEAD"]

ALPHAS = (1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0)
SCALES = (0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)


@functools.cache
def _rows() -> torch.Tensor:
    return cosines(400, torch.Generator().manual_seed(0)).double()


@functools.cache
def _risks(scale: float, wanted: str) -> np.ndarray:
    """The risk of a head at every alpha, over four hundred rows."""
    seen = _rows()
    return np.array([risk(entmax(scale * seen, a), seen, wanted).item() for a in ALPHAS])


def compute(alpha: float, scale: float, wanted: str) -> Values:
    """Weights of a row in falling order, and the risk against alpha at this scale and at three."""
    row = _rows()[0].sort(descending=True).values
    weights, risks = entmax(scale * row, alpha), _risks(scale, wanted)
    return {
        "key": np.arange(1, N_KEYS + 1, dtype=float),
        "weight": weights.numpy(),
        "alphas": np.array(ALPHAS),
        "risk": risks,
        "risk_at_three": _risks(3.0, wanted),
        "now": np.array([alpha]),
        "risk_now": np.array([np.interp(alpha, ALPHAS, risks)]),
        "support": support_size(weights).item(),
        "effective": effective_number(weights).item(),
        "least": risks.min(),
        "gain": risks[ALPHAS.index(1.5)] - risks.min(),
    }


ALPHA_PER_HEAD = Explorable(
    name="alpha-per-head",
    title="An alpha for each head",
    compute=compute,
    controls=[
        Slider("alpha", "α", stops=ALPHAS, default=1.5, step=0.1, meaning="of the head"),
        Slider(
            "scale", stops=SCALES, default=1.0, step=0.25, meaning="scores are cosines times it"
        ),
        Choice(
            "wanted", "head wants the", WANTED, default="best key", meaning="what it is to read"
        ),
    ],
    panels=[
        Panel(
            Bars("key", "weight", label="weight"),
            x=Axis("key, best first", (0.3, 16.7)),
            y=Axis("weight of one key", (0, 1.04)),
            main=True,
        ),
        Panel(
            Line("alphas", "risk_at_three", label="at scale 3", tone="muted", dash=True),
            Line("alphas", "risk", label="at this scale"),
            Points("now", "risk_now", tone="value", size=9),
            x=Axis("α", (0.96, 2.04)),
            y=Axis("mean squared error", (0, 1.0)),
        ),
    ],
    readouts=[
        Readout("support", "keys with a weight", digits=0),
        Readout("effective", "effective keys", digits=2),
        Readout("least", "error at the best α", digits=3),
        Readout("gain", "its gain over α = 1.5", digits=3),
    ],
    depends={
        ("key", "alphas"): (),
        ("risk", "least", "gain"): ("scale", "wanted"),
        "risk_at_three": ("wanted",),
        "now": ("alpha",),
        "weight": ("alpha", "scale"),
        ("support", "effective"): ("alpha", "scale"),
    },
    caption="""At scale 1, where the figure begins, the head for the best key wants α = 2, and the
    head for the mean α = 1; so they do at every other. Raise the scale to 12 for the best key: the
    curve sinks at every α, and the gain over α = 1.5 shrinks, for the scale buys what α would have
    bought. For the mean the curve flattens at a small scale, until α hardly matters.""",
    alt="""Left, bars of sixteen weights in falling order; right, the mean squared error of a head
    against alpha from one to two, at the chosen scale and, dashed, at scale three, with a dot at
    the chosen alpha.""",
)
