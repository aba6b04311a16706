"""Two ways for a row to be silent: a sink whose value is zero, and a gate on what was read."""

import functools

import numpy as np
import torch
from torch import Tensor

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Bars, Heat, Line, Rule
from attnkit.normalisation.gated.silent_rows import N, Rows, errors, rows

__all__ = ["GATE_OR_SINK"]

BIASES = tuple(i / 2 for i in range(-12, 7))


@functools.cache
def _swept(sharpness: float, sink: float, silent: float) -> tuple[np.ndarray, np.ndarray]:
    """Both errors at every bias."""
    made = rows(silent, sink)
    biases = torch.tensor(BIASES, dtype=torch.float64)[:, None]
    asked, unasked = errors(made, torch.sigmoid(sharpness * _need(made) + biases))
    return asked.numpy(), unasked.numpy()


def _need(made: Rows) -> Tensor:
    return torch.where(made.asks, 1.0, -1.0).double()


def compute(bias: float, sharpness: float, sink: float, silent: float) -> Values:
    """The map, which no gate changes; lengths of what is read; both errors by the gate's bias."""
    made = rows(silent, sink)
    gate = torch.sigmoid(sharpness * _need(made) + bias)
    asked, unasked = _swept(sharpness, sink, silent)
    asked_now, unasked_now = errors(made, gate)
    length = made.read.norm(dim=-1)
    return {
        "map": made.weights.numpy(),
        "place": np.arange(N + 1.0),
        "query": np.arange(1.0, N + 1),
        "plain": length.numpy(),
        "gated": (gate * length).numpy(),
        "biases": np.array(BIASES),
        "asked": asked,
        "unasked": unasked,
        "bias_now": bias,
        "asked_now": asked_now.item(),
        "unasked_now": unasked_now.item(),
        "sink_now": made.weights[-1, 0].item(),
    }


GATE_OR_SINK = Explorable(
    name="gate-or-sink",
    title="Two ways to be silent",
    compute=compute,
    controls=[
        Slider(
            "bias",
            "bias of the gate",
            grid=BIASES,
            default=0.0,
            step=0.5,
            meaning="the gate's logit where it knows nothing",
        ),
        Slider(
            "sharpness",
            "what the gate knows",
            low=0.0,
            high=6.0,
            grid=13,
            default=0.0,
            step=0.5,
            meaning="added to the logit of a query that asks, taken from one that does not",
        ),
        Slider(
            "sink",
            "score of the sink",
            low=-3.0,
            high=6.0,
            grid=19,
            default=-3.0,
            step=0.5,
            meaning="the score that every query gives to a key whose value is zero",
        ),
        Steps(
            "silent",
            "share that asks for nothing",
            (0.0, 0.25, 0.5, 0.75),
            default=0.5,
            meaning="queries that should read nothing, the last rows of the map",
        ),
    ],
    panels=[
        Panel(
            Heat("map", x="place", y="query", low=0.0, high=1.0),
            x=Axis("key (0: the sink)"),
            y=Axis("query", (N + 0.5, 0.5)),
            main=True,
        ),
        Panel(
            Bars("query", "plain", label="read", tone="muted"),
            Bars("query", "gated", label="after the gate", tone="value"),
            x=Axis("query", (0, N + 1)),
            y=Axis("length of what is read", (0, 1.05)),
        ),
        Panel(
            Rule("bias_now", tone="muted"),
            Line("biases", "asked", label="of what is asked for", tone="density"),
            Line("biases", "unasked", label="of what is not", tone="accent"),
            x=Axis("bias of the gate", (-6, 3)),
            y=Axis("length of the error", (0, 1.05)),
        ),
    ],
    readouts=[
        Readout("asked_now", "error of what is asked for"),
        Readout("unasked_now", "error of what is not"),
        Readout("sink_now", "a silent row's mass on the sink"),
    ],
    depends={
        ("place", "query", "biases"): (),
        "map": ("sink", "silent"),
        ("plain", "sink_now"): ("sink", "silent"),
        ("asked", "unasked"): ("sharpness", "sink", "silent"),
        "bias_now": ("bias",),
    },
    tolerance=0.02,
    caption="""At first every reading is halved: a gate that knows nothing is one half. Raise what
    it knows: the rows that ask for nothing fall silent, and the map stays as it was. Take that back
    and raise the sink's score: they fall silent too, the map changes, and the others pay.""",
    alt="""A map of attention with a column for the sink; bars for the length of each reading before
    and after the gate; two curves of error against the gate's bias, one falling, one rising.""",
)
