"""How often each score of a row has been read so far, by three ways to read it."""

import functools

import numpy as np
import torch

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Bars, Points
from attnkit.linear_time.aaren.counted import Counted
from attnkit.linear_time.aaren.passes import (
    read_in_one_pass,
    read_in_three_passes,
    read_in_two_passes,
)

__all__ = ["PASSES_OVER_A_ROW"]

N_KEYS = 16
WAYS = {"three": read_in_three_passes, "two": read_in_two_passes, "one": read_in_one_pass}


class Logged(Counted):
    """An array that puts its counts on a list whenever it is read."""

    def __init__(self, array: torch.Tensor, log: list) -> None:
        super().__init__(array)
        self.log = log

    def __getitem__(self, place: slice) -> torch.Tensor:
        found = super().__getitem__(place)
        self.log.append((self, self.reads.numpy().astype(float)))
        return found


@functools.cache
def _logged(way: str, block: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Counts of the scores after each read of them, and of the values at that time."""
    log: list = []
    scores = Logged(torch.linspace(-2, 2, N_KEYS), log)
    values = Logged(torch.ones(N_KEYS, 1), log)
    WAYS[way](scores, values, block)
    zeros = np.zeros(N_KEYS)
    of_scores, of_values = [zeros], [zeros]
    for array, counts in log:
        if array is scores:
            of_scores.append(counts)
            of_values.append(of_values[-1])
        else:
            of_values[-1] = counts
    return of_scores, of_values


def compute(way: str, block: float, done: float) -> Values:
    """Reads of each key's score and value once a share of all reads of scores is done."""
    of_scores, of_values = _logged(way, int(block))
    at = int((len(of_scores) - 1) * done / 100 + 1e-9)
    return {
        "key": np.arange(1, N_KEYS + 1, dtype=float),
        "scores": of_scores[at],
        "values": of_values[at],
        "total": float(of_scores[at].sum()),
    }


PASSES_OVER_A_ROW = Explorable(
    name="passes-over-a-row",
    title="How often is a row read?",
    compute=compute,
    controls=[
        Choice("way", "passes", tuple(WAYS), default="three", meaning="ways to read by softmax"),
        Steps("block", "block", (1, 4, 16), default=1, meaning="keys read at once"),
        Slider("done", "done", stops=range(0, 101, 5), default=60, step=5, meaning="per cent"),
    ],
    panels=[
        Panel(
            Bars("key", "scores", label="reads of the score", tone="density"),
            Points("key", "values", label="reads of the value", tone="value", size=7),
            x=Axis("key", (0.4, N_KEYS + 0.6)),
            y=Axis("reads so far", (0, 3.2)),
            main=True,
        ),
    ],
    readouts=[Readout("total", "scores read so far", digits=0)],
    depends={
        "key": (),
        ("scores", "values", "total"): ("way", "block", "done"),
    },
    caption="""Play it with three passes: the maximum, the sum, then the values. With a running
    maximum the first two become one; with a running sum of values nothing is left for a second. A
    block as long as the row hides the passes and saves none.""",
    alt="""A bar for each of sixteen keys, how often its score has been read so far, with dots for
    its value; the bars rise to three, two or one.""",
)
