"""One marked token in a row that grows: softmax looks, linear attention sums."""

from functools import lru_cache

import numpy as np

from attnkit.explore import (
    Axis,
    Explorable,
    Line,
    Panel,
    Points,
    Readout,
    Rule,
    Slider,
    Steps,
    Values,
)
from attnkit.icl.single_location.risks import (
    bayes_location_risk,
    linear_location_risk,
    softmax_location_risk,
)

__all__ = ["SINGLE_LOCATION_FIGURE"]

LENGTHS = (2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, 100_000, 1_000_000, 10_000_000)
SIGNALS = (1.0, 4.0, 9.0, 16.0, 25.0, 30.0)
OVERLAPS = (0.0, 0.5, 0.8, 0.95, 1.0)
SHARES = (0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0)
STOPS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)


@lru_cache(maxsize=1024)
def _risks(signal: float, overlap: float, share: float) -> np.ndarray:
    """(length,) risks of a query that is this share of the posterior's long."""
    at = {"strength": share * signal**0.5, "overlap": overlap}
    return np.array([softmax_location_risk(n, signal, **at) for n in LENGTHS])


@lru_cache(maxsize=64)
def _bounds(signal: float) -> tuple[np.ndarray, np.ndarray]:
    pairs = [(n, signal) for n in LENGTHS]
    found = [
        [risk(*pair) for pair in pairs] for risk in (bayes_location_risk, linear_location_risk)
    ]
    return np.array(found[0]), np.array(found[1])


def compute(signal: float, n_tokens: float, share: float, overlap: float) -> Values:
    """Risks against the row's length, and against the query's length in one row."""
    signal, overlap, here = float(signal), float(overlap), LENGTHS.index(int(n_tokens))
    softmax = _risks(signal, overlap, float(share))
    bayes, linear = _bounds(signal)
    return {
        "length": np.array(LENGTHS, dtype=float),
        "bayes": bayes,
        "linear": linear,
        "softmax": softmax,
        "critical": float(np.exp(signal / 2)),
        "summed": signal,
        "now": np.array([float(n_tokens)]),
        "softmax_now": softmax[[here]],
        "share": np.array(SHARES),
        "by_share": np.array([_risks(signal, overlap, each)[here] for each in SHARES]),
        "share_now": np.array([float(share)]),
        "bayes_here": bayes[here],
        "linear_here": linear[here],
        "softmax_here": softmax[here],
    }


SINGLE_LOCATION_FIGURE = Explorable(
    name="single-location",
    title="One marked token in a growing row",
    compute=compute,
    controls=[
        Slider("signal", "mark ν", stops=SIGNALS, default=16.0, step=1.0, meaning="squared length"),
        Steps("n_tokens", "L", LENGTHS, default=100, meaning="tokens of the row that is read off"),
        Slider(
            "share", "|q| / √ν", stops=STOPS, default=1.0, step=0.05, meaning="1 is the posterior's"
        ),
        Slider(
            "overlap", "cos(q, k)", stops=OVERLAPS, default=1.0, step=0.05, meaning="1: right aim"
        ),
    ],
    panels=[
        Panel(
            Line("length", "linear", label="linear, its best", tone="value"),
            Line("length", "bayes", label="Bayes", tone="muted", dash=True),
            Line("length", "softmax", label="softmax, this query", tone="density"),
            Points("now", "softmax_now", tone="density", size=8),
            Rule("summed", label="L = ν", tone="value"),
            Rule("critical", label="2 log L = ν", tone="accent"),
            x=Axis("L", (1.8, 12_000_000), log=True),
            y=Axis("risk", (0, 2.05)),
            main=True,
        ),
        Panel(
            Line("share", "by_share", label="softmax", tone="density"),
            Points("share_now", "softmax_now", tone="density", size=8),
            Rule("linear_here", axis="y", label="linear", tone="value"),
            Rule("bayes_here", axis="y", label="Bayes", tone="muted"),
            x=Axis("length of the query over √ν", (0, 3.05)),
            y=Axis("risk in this row", (0, 2.05)),
        ),
    ],
    readouts=[
        Readout("softmax_here", "softmax, this query"),
        Readout("bayes_here", "Bayes"),
        Readout("linear_here", "linear attention"),
    ],
    depends={
        ("length", "share"): (),
        ("bayes", "linear", "critical", "summed"): ("signal",),
        "softmax": ("signal", "share", "overlap"),
        ("softmax_now", "softmax_here"): ("signal", "share", "overlap", "n_tokens"),
        "now": ("n_tokens",),
        "by_share": ("signal", "overlap", "n_tokens"),
        "share_now": ("share",),
        ("bayes_here", "linear_here"): ("signal", "n_tokens"),
    },
    caption="""Answering 0 has the risk 1. Raise ν: Bayes falls up to rows of about exp(ν/2) tokens,
    linear attention only up to ν tokens. With the right aim softmax lies on Bayes where the query
    has the length √ν. Turn the aim away, and find the length that is best then: a sure head that
    looks at the wrong place does worse than one that answers 0.""",
    alt="""Left, risk against the number of tokens on a logarithmic axis: linear attention rises
    early, near one vertical line, Bayes and softmax late, near a second. Right, the risk of softmax
    against the length of its query, and Bayes and linear attention as horizontal lines. With the
    right aim its minimum lies on Bayes where the ratio is one, with another it lies higher, at a
    shorter query.""",
)
