"""How hard an error pushes, which errors come, and what is learned: three losses, one stream."""

import functools

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Values
from attnkit.explore.marks import Bars, Line
from attnkit.memory.miras.losses import HuberError, Loss, PowerError, SquaredError
from attnkit.memory.miras.outliers import clean_rate, course, distance, stream

__all__ = ["MIRAS_INFLUENCE"]

N, EVERY, SEED = 160, 10, 0
SHARES, SIZES = (0.0, 0.1, 0.2, 0.3), (1.0, 5.0, 20.0, 50.0)
POWERS, DELTAS = (1.0, 1.5, 2.0, 3.0), (0.1, 0.3, 1.0, 3.0)
ERRORS = np.geomspace(0.01, 100, 61)
EDGES = np.geomspace(0.01, 100, 25)
FURTHEST = 1e3  # where a memory that ran away is drawn


@functools.cache
def _course(loss: Loss, share: float, size: float) -> tuple[np.ndarray, np.ndarray]:
    """Distance to the map after every tenth pair, and the lengths of all values' last errors."""
    keys, values, truth = stream(share, size, seed=SEED, n=N, rows=4)
    memories = course(loss, clean_rate(loss, n=N), keys, values, every=EVERY)
    apart = [distance(m, truth).mean().item() for m in memories]
    errors = (keys @ memories[-1] - values).norm(dim=-1).flatten().nan_to_num(nan=FURTHEST)
    return np.clip(apart, 0, FURTHEST), errors.numpy()


def _pushes(loss: Loss) -> np.ndarray:
    error = torch.from_numpy(ERRORS)[:, None]
    return loss.influence(error, torch.zeros_like(error)).norm(dim=-1).numpy()


def compute(p: float, delta: float, share: float, size: float) -> Values:
    """Influence of three losses, the errors of Huber's memory, and how each of them learns."""
    squared, power, huber = SquaredError(), PowerError(p), HuberError(delta)
    courses = {n: _course(each, share, size) for n, each in
               (("squared", squared), ("power", power), ("huber", huber))}  # fmt: skip
    counts, _ = np.histogram(np.clip(courses["huber"][1], EDGES[0], EDGES[-1]), EDGES)
    ends = {f"{name}_end": float(apart[-1]) for name, (apart, _) in courses.items()}
    return {
        "error": ERRORS,
        "push_squared": _pushes(squared),
        "push_power": _pushes(power),
        "push_huber": _pushes(huber),
        "bin": np.sqrt(EDGES[1:] * EDGES[:-1]),
        "share_of_errors": counts / counts.sum(),
        "seen": np.arange(1, N // EVERY + 1) * float(EVERY),
        **{f"far_{name}": apart for name, (apart, _) in courses.items()},
        **ends,
        "ratio": ends["squared_end"] / ends["huber_end"],
    }


LENGTH = Axis("length of the error", (0.01, 100), log=True)
MIRAS_INFLUENCE = Explorable(
    name="miras-influence",
    title="How hard an error pushes",
    compute=compute,
    controls=[
        Slider("share", "outliers", stops=SHARES, default=0.1, step=0.1, meaning="share of them"),
        Slider(
            "size",
            "their size",
            stops=SIZES,
            default=20.0,
            step=1.0,
            meaning="how far an outlier is moved; other values have length one about",
        ),
        Slider(
            "delta",
            "Huber's δ",
            stops=DELTAS,
            default=0.3,
            step=0.1,
            meaning="the hardest push; set it among the errors that are no outliers",
        ),
        Slider("p", "power p", stops=POWERS, default=3.0, step=0.5, meaning="of the error"),
    ],
    panels=[
        Panel(
            Line("error", "push_squared", label="squared error", tone="muted"),
            Line("error", "push_power", label="p-norm loss", tone="value"),
            Line("error", "push_huber", label="Huber", tone="density"),
            x=LENGTH,
            y=Axis("push", (1e-3, 1e4), log=True),
            main=True,
        ),
        Panel(
            Bars("bin", "share_of_errors", label="errors of Huber's memory", tone="density"),
            x=LENGTH,
            y=Axis("share of the values", (0, 0.6)),
        ),
        Panel(
            Line("seen", "far_squared", label="squared error", tone="muted"),
            Line("seen", "far_power", label="p-norm loss", tone="value"),
            Line("seen", "far_huber", label="Huber", tone="density"),
            x=Axis("pairs seen", (0, N + 1)),
            y=Axis("distance to the map", (1e-2, 1.2e3), log=True),
        ),
    ],
    readouts=[
        Readout("squared_end", "squared error, distance at the end"),
        Readout("huber_end", "Huber"),
        Readout("power_end", "p-norm loss"),
        Readout("ratio", "squared over Huber"),
    ],
    depends={
        ("error", "bin", "seen", "push_squared"): (),
        "push_power": ("p",),
        "push_huber": ("delta",),
        "share_of_errors": ("delta", "share", "size"),
        ("far_squared", "squared_end"): ("share", "size"),
        ("far_power", "power_end"): ("p", "share", "size"),
        ("far_huber", "huber_end"): ("delta", "share", "size"),
        "ratio": ("delta", "share", "size"),
    },
    caption="""Each rate was fixed on a stream without outliers. Set p = 3, Moneta's, and let one
    value in ten be moved by 20: its memory runs away (drawn at 1,000), for an error twice as long
    pushes four times as hard. Set p = 1 and it stays. Then take the outliers away: where none come,
    a bound buys nothing, and with δ below the errors that are left it costs speed.""",
    alt="""Three panels: push against error on logarithmic axes, straight for the squared error,
    steeper for the cube, level beyond δ for Huber; a histogram of errors with the outliers apart;
    and the distance to the true map as pairs come in, which falls for Huber only.""",
)
