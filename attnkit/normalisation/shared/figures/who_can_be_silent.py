"""A head lowers all its scores because it wants nothing: which maps can hear that?"""

import functools

import numpy as np
import torch

from attnkit.densities import softmax
from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points
from attnkit.normalisation.shared.even_rows import even_row
from attnkit.normalisation.sigmoid import sigmoid_weights
from attnkit.normalisation.sinks import softmax_plus_one

__all__ = ["WHO_CAN_BE_SILENT"]

MAPS = {"softmax": softmax, "plus_one": softmax_plus_one, "sigmoid": sigmoid_weights}
LEVELS = tuple(float(level) for level in range(-10, 5))
N_SHOWN = 12


@functools.cache
def read_at(n: int, spread: float, level: float) -> dict[str, float]:
    """Length of what each map reads of values that are perpendicular unit vectors."""
    scores = level + even_row(n, spread)
    return {name: weigh(scores).norm().item() for name, weigh in MAPS.items()}


def compute(level: float, spread: float, n: float) -> Values:
    """Weights of twelve keys of the row, and what is read at every level."""
    scores = level + even_row(int(n), spread)
    shown = torch.linspace(0, int(n) - 1, N_SHOWN).round().long()
    values: Values = {
        "key": np.arange(1, N_SHOWN + 1),
        "level_axis": np.array(LEVELS),
        "here": np.full(len(MAPS), level),
        "read_here": np.array([*read_at(int(n), spread, level).values()]),
    }
    reads = [read_at(int(n), spread, each) for each in LEVELS]
    for name, weigh in MAPS.items():
        weights = weigh(scores)
        values |= {
            f"{name}_weight": weights[shown].numpy(),
            f"{name}_read": np.array([read[name] for read in reads]),
            f"{name}_sum": weights.sum().item(),
        }
    return values


def _lines(x: str, feed: str) -> list[Line]:
    looks = {"softmax": "muted", "plus_one": "value", "sigmoid": "density"}
    labels = {"softmax": "softmax", "plus_one": "softmax plus one", "sigmoid": "sigmoid, −log n"}
    return [
        Line(x, f"{name}_{feed}", label=labels[name], tone=looks[name], width=2.8 - 0.4 * i)
        for i, name in enumerate(MAPS)
    ]


WHO_CAN_BE_SILENT = Explorable(
    name="who-can-be-silent",
    title="Who can hear that nothing is wanted?",
    compute=compute,
    controls=[
        Slider("level", stops=LEVELS, default=0.0, step=1.0, meaning="added to every score"),
        Slider(
            "spread", stops=(0.0, 0.5, 1.0, 1.5, 2.0), default=1.0, step=0.5, meaning="of scores"
        ),
        Steps("n", "n", (16, 64, 256, 1024), default=64, meaning="how many keys the row has"),
    ],
    panels=[
        Panel(
            *_lines("key", "weight"),
            x=Axis("key, twelve of the row", (0.5, N_SHOWN + 0.5)),
            y=Axis("weight", (1e-8, 1), log=True),
            main=True,
        ),
        Panel(
            *_lines("level_axis", "read"),
            Points("here", "read_here", tone="accent", size=9),
            x=Axis("level of the scores", (LEVELS[0], LEVELS[-1])),
            y=Axis("length of what is read", (1e-6, 30), log=True),
        ),
    ],
    readouts=[
        Readout("softmax_sum", "softmax sums to"),
        Readout("plus_one_sum", "softmax plus one"),
        Readout("sigmoid_sum", "sigmoid"),
    ],
    depends={
        ("key", "level_axis"): (),
        "here": ("level",),
        ("softmax_read", "plus_one_read", "sigmoid_read"): ("spread", "n"),
    },
    caption="""A head that wants nothing can lower all its scores at once. Do it: softmax does not
    hear it, and reads as before; the two others fall silent. Raise them instead, and the sigmoid
    reads more than one unit. What is read is shown for values that are perpendicular unit
    vectors.""",
    alt="""Left, the weights of twelve keys under three maps on a logarithmic axis; right, the
    length of what is read against the level of the scores: level for softmax, rising for the two
    others.""",
)
