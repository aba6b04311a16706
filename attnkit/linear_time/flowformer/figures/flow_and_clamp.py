"""What sources send once every sink takes one, and what a clamp leaves of their competition."""

import functools

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Area, Heat, Line, Rule
from attnkit.linear_time.flowformer.attention import competition, flow_weights
from attnkit.linear_time.flowformer.claims import normal_tokens
from attnkit.linear_time.flowformer.flows import conserved_flows

__all__ = ["FLOW_AND_CLAMP"]

SHARES = np.linspace(0, 1, 48)
GAINS = (0.5, 1.0, 2.0, 3.0, 5.0)
CLAMPS = {"cut at 1": 1.0, "not cut": None}
SHOWN = 12


@functools.cache
def flows(n: int, gain: float, ratio: float) -> tuple:
    """Tokens of n sources and so many sinks a source, and what each source sends."""
    tokens = normal_tokens(max(int(n * ratio), 1), n, gain, seed=3)
    return tokens, conserved_flows(*tokens).conserved_outgoing


def compute(gain: float, n: float, ratio: float, clamp: str) -> Values:
    """Sources in order of what they send, their shares of the competition, and a few pipes."""
    tokens, outgoing = flows(int(n), gain, ratio)
    shares = n * competition(outgoing, CLAMPS[clamp])
    free = n * competition(outgoing, None)
    pipes = flow_weights(*tokens, clamp=CLAMPS[clamp])[:SHOWN, :SHOWN].numpy()
    return {
        "share": SHARES,
        "sent": _in_order(outgoing),
        "competing": _in_order(shares),
        "free": _in_order(free),
        "pipes": n * np.pad(pipes, [(0, SHOWN - len(pipes)), (0, 0)], constant_values=np.nan),
        "each": np.arange(1.0, SHOWN + 1),
        "most_sent": max(2.0 * ratio, 1.2),
        "most_share": 2.5 if ratio <= 1 else 8.0,
        "clamp": 1.0 if CLAMPS[clamp] else float("nan"),
        "mean": float(outgoing.mean()),
        "clipped": float((outgoing > 1).double().mean()) if CLAMPS[clamp] else 0.0,
        "ratio_free": float(free.max() / free.min()),
        "ratio_now": float(shares.max() / shares.min()),
    }


def _in_order(numbers) -> np.ndarray:
    """Sources from the weakest to the strongest, at equal steps of their share."""
    rising = np.sort(numbers.numpy())
    return np.interp(SHARES, np.linspace(0, 1, len(rising)), rising)


FLOW_AND_CLAMP = Explorable(
    name="flow-and-clamp",
    title="Who competes when the strong are cut?",
    compute=compute,
    controls=[
        Slider("gain", "gain", stops=GAINS, default=2.0, step=0.5, meaning="spread of tokens"),
        Steps("n", "n", (16, 64, 256), default=64, meaning="sources, that is keys"),
        Steps("ratio", "sinks a source", (0.25, 1.0, 4.0), default=1.0, meaning="queries a key"),
        Choice("clamp", "flow is", tuple(CLAMPS), meaning="before sources compete"),
    ],
    panels=[
        Panel(
            Area("share", "sent", tone="muted"),
            Line("share", "sent", label="sent", tone="density"),
            Rule("clamp", axis="y", label="clamp", tone="accent"),
            title="What each source sends",
            x=Axis("sources, the weakest first", (0, 1)),
            y=Axis("flow out of a source", (0.0, "most_sent")),
            main=True,
        ),
        Panel(
            Line("share", "free", label="not cut", tone="muted", dash=True),
            Line("share", "competing", label="as set", tone="density"),
            title="What the competition gives it",
            x=Axis("sources, the weakest first", (0, 1)),
            y=Axis("share, times n", (0.0, "most_share")),
        ),
        Panel(
            Heat("pipes", x="each", y="each", low=0.2, high=1.6, label="weight, times n"),
            title="A dozen pipes each way",
            x=Axis("source", (0.5, SHOWN + 0.5)),
            y=Axis("sink", (0.5, SHOWN + 0.5)),
        ),
    ],
    readouts=[
        Readout("mean", "mean flow out of a source"),
        Readout("clipped", "share of sources cut"),
        Readout("ratio_free", "strongest over weakest, not cut"),
        Readout("ratio_now", "strongest over weakest"),
    ],
    depends={
        ("share", "each"): (),
        ("most_sent", "most_share"): ("ratio",),
        ("sent", "free", "mean", "ratio_free"): ("gain", "n", "ratio"),
        "clamp": ("clamp",),
    },
    caption="""The mean flow out of a source is sinks over sources, to the last digit. With as many
    sinks as sources it is one, and a clamp at one cuts every source above the mean: the right half
    of the curve is level, at any gain. Now four sinks a source: all are cut, and nobody competes.
    A quarter: nobody is cut, and the clamp is idle.""",
    alt="""Left, flow out of sources in rising order with a dashed line at the clamp; in the middle,
    what softmax gives them, level where the clamp cuts; right, weights of twelve sinks by twelve
    sources as colours.""",
)
