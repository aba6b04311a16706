"""The matrices of two heads along a recorded training."""

from functools import cache

import numpy as np
import torch

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Bars, Heat, Line, Rule
from attnkit.icl.circuits import Circuits
from attnkit.icl.emergence import measure_patterns
from attnkit.icl.recorded import recorded_result
from attnkit.icl.theory import debiased_gradient_descent_rate

__all__ = ["TRAINING_FILM"]

D = 5
STEPS = tuple(range(0, 1001, 25))
_TOKEN = np.arange(1, D + 2)
_TICKS = {**{float(i): str(i) for i in range(1, D + 1)}, float(D + 1): "y"}


@cache
def _film(start: str) -> tuple[Circuits, np.ndarray]:
    """All checkpoints of one start as one batch of circuits, and their excess risk."""
    for case, result in recorded_result("icl-checkpoints"):
        if case["start"] == start:
            output_value = torch.tensor(result["output_value"])[:, :, None, :]
            circuits = Circuits(torch.tensor(result["key_query"]), output_value)
            return circuits, np.array(result["excess_risk"])
    raise LookupError(start)


def compute(start: str, step: float) -> Values:
    """KQ and OV of both heads at one checkpoint, and the risk at all of them."""
    film, excess = _film(start)
    place = STEPS.index(int(step))
    circuits = film[place]
    patterns = measure_patterns(circuits)
    return {
        "token": _TOKEN,
        "entry": _TOKEN[:-1],
        "first_match": circuits.key_query[0].numpy(),
        "second_match": circuits.key_query[1].numpy(),
        "first_readout": circuits.output_value[0, 0].numpy(),
        "second_readout": circuits.output_value[1, 0].numpy(),
        "checkpoint": np.array(STEPS),
        "excess": np.maximum(excess, 1e-3),
        "now": float(step),
        "excess_now": float(excess[place]),
        "product": float((circuits.scales * circuits.gains).sum()),
        "best": debiased_gradient_descent_rate(5, 40, 0.1),
        "zero_sum": float(patterns.zero_sum_ratio),
        "diagonal": float(patterns.diagonal_energy),
    }


def _matrix(name: str, title: str) -> Panel:
    return Panel(
        Heat(name, x="entry", y="token", low=-0.7, high=0.7, diverging=True),
        title=title,
        x=Axis(
            "query entry",
            (0.5, D + 0.5),
            ticks={tick: label for tick, label in _TICKS.items() if tick <= D},
        ),
        y=Axis("key entry", (D + 1.5, 0.5), ticks=_TICKS),
        square=True,
    )


TRAINING_FILM = Explorable(
    name="icl-training-film",
    title="Two heads learn",
    compute=compute,
    controls=[
        Choice(
            "start",
            "start",
            ("balanced", "chance", "small"),
            meaning="signs balanced; left to chance and stuck; small, left to chance and stuck",
        ),
        Steps(
            "step",
            "training step",
            STEPS,
            default=1000,
            meaning="a checkpoint every 25 steps of Adam, 256 fresh prompts each",
        ),
    ],
    panels=[
        _matrix("first_match", "KQ of head 1"),
        _matrix("second_match", "KQ of head 2"),
        Panel(
            Bars("token", "first_readout", label="head 1"),
            Bars("token", "second_readout", label="head 2", tone="value"),
            title="OV",
            x=Axis("token entry", (0.4, D + 1.6), ticks=_TICKS),
            y=Axis("weight", (-3.2, 3.2)),
        ),
        Panel(
            Line("checkpoint", "excess", tone="density"),
            Rule("now"),
            title="Risk above debiased descent",
            x=Axis("training step", (0, 1000)),
            y=Axis("excess risk", (1e-3, 1.2), log=True),
        ),
    ],
    readouts=[
        Readout("product", "Σ ωμ"),
        Readout("best", "best rate η*"),
        Readout("zero_sum", "|Σ μ| / Σ |μ|"),
        Readout("diagonal", "least diagonal energy"),
        Readout("excess_now", "excess risk", digits=4),
    ],
    depends={("token", "entry", "checkpoint", "best"): (), "now": ("step",), "excess": ("start",)},
    caption="""Two softmax heads, five inputs, forty examples, noise 0.1. The column of KQ that
    meets the query's empty label slot multiplies zero and is left out. Excess risk below 0.001 is
    drawn at 0.001.""",
    alt="""Two heat maps that turn from noise into a positive and a negative multiple of the
    identity, bars that grow at the label entry with opposite signs, and a falling risk curve.""",
)
