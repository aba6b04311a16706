"""Numbers on a line, and a network that points at them from the smallest on."""

import functools

import numpy as np
import torch

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Band, Line, Points, Rule
from attnkit.explore.presets import padded
from attnkit.interpretation.pointer.decoding import not_yet_chosen, point_freely, point_once
from attnkit.interpretation.pointer.pointer import pointer_weights
from attnkit.interpretation.pointer.recorded import shares, trained_network

__all__ = ["POINTING_IN_ORDER"]

LENGTHS = (5, 10, 20, 40)
MASKED, FREE = "trained and read with it", "trained and read without"
OFF = "trained with, read without"
WAYS = {MASKED: ("masked", "once"), FREE: ("free", "freely"), OFF: ("masked", "freely")}
CLIPS = {"none": None, "ten": 10.0, "two": 2.0}
DONE = (0.0, 0.2, 0.4, 0.6, 0.8)


@functools.cache
def pointed(way: str, n: int) -> tuple[np.ndarray, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Numbers (n,), the order pointed at, scores and free inputs at every step."""
    training, reading = WAYS[way]
    network = trained_network(training)
    inputs = torch.rand(n, 1, generator=torch.Generator().manual_seed(n))
    chosen = (point_once if reading == "once" else point_freely)(network, inputs)
    with torch.no_grad():
        scores = network(inputs, chosen[:-1])
    free = not_yet_chosen(chosen[:-1], n) if reading == "once" else torch.ones_like(scores) > 0
    return inputs[:, 0].double().numpy(), chosen, scores.double(), free


def compute(n: float, way: str, clip: str, done: float) -> Values:
    """Weights at one step, what was pointed at so far, and how far each length is sorted."""
    size = int(n)
    numbers, chosen, scores, free = pointed(way, size)
    step = min(int(done * size), size - 1)
    weights = pointer_weights(scores, CLIPS[clip], free).numpy()
    wanted = int(numbers.argsort()[step])
    steps = shares(*WAYS[way], "steps")
    path = np.where(np.arange(size) <= step, numbers[chosen.numpy()], np.nan)
    return {
        "numbers": padded(numbers, 40),
        "weights": padded(weights[step], 40),
        "wanted": numbers[wanted],
        "time": np.arange(1, 41, dtype=float),
        "path": padded(path, 40),
        "sorted": padded(np.sort(numbers), 40),
        "low": steps.min(0),
        "high": steps.max(0),
        "mean": steps.mean(0),
        "here": np.array([n]),
        "here_mean": steps.mean(0)[[LENGTHS.index(size)]],
        "on_the_next": float(weights[step, wanted]),
        "largest": float(weights[step].max()),
    }


POINTING_IN_ORDER = Explorable(
    name="pointing-in-order",
    title="Point at the next larger number",
    compute=compute,
    controls=[
        Choice("way", "mask", tuple(WAYS), default=MASKED, meaning="of what was chosen"),
        Steps("n", "numbers n", LENGTHS, default=20, meaning="trained with 5 to 10"),
        Slider("done", "share done", stops=DONE, default=0.4, step=0.2, meaning="of the steps"),
        Choice("clip", "clip C", tuple(CLIPS), default="none", meaning="scores become C tanh z"),
    ],
    panels=[
        Panel(
            Points("numbers", "weights", tone="density", size=8),
            Rule("wanted", label="the next one"),
            x=Axis("number", (-0.03, 1.03)),
            y=Axis("weight", (-0.03, 1.03)),
            title="One step",
            main=True,
        ),
        Panel(
            Line("time", "sorted", label="sorted", tone="muted"),
            Points("time", "path", label="pointed at", tone="value", size=7),
            x=Axis("step", (0, 41)),
            y=Axis("number", (-0.03, 1.03)),
        ),
        Panel(
            Band(LENGTHS, "low", "high", label="five seeds"),
            Line(LENGTHS, "mean", tone="density"),
            Points("here", "here_mean", tone="accent", size=9),
            Line(LENGTHS, [1 / n for n in LENGTHS], label="a guess", tone="muted", dash=True),
            x=Axis("n", (4.5, 44), log=True, ticks={n: str(n) for n in LENGTHS}),
            y=Axis("steps that are right", (0, 1.05)),
        ),
    ],
    readouts=[
        Readout("on_the_next", "weight of the next one"),
        Readout("largest", "largest weight"),
    ],
    depends={
        ("numbers", "sorted"): ("n",),
        "wanted": ("n", "done"),
        "time": (),
        "path": ("n", "way", "done"),
        ("low", "high", "mean"): ("way",),
        "here": ("n",),
        "here_mean": ("n", "way"),
    },
    caption="""Each dot is an input: its number, and the weight on it. With the mask the network
    sorts lists four times as long as any it has seen; take the mask off, and it points at one place
    for ever. Trained without a mask it must find the next larger number by itself, and the gaps
    shrink as n grows. At C = 2 no weight comes near one while many
    inputs are free; the last ones get it all the same.""",
    alt="""Weights of a pointer against the numbers it may point at, the numbers pointed at step by
    step beside the sorted list, and the share of right steps against the length of the list for
    five seeds, with that of guessing.""",
)
