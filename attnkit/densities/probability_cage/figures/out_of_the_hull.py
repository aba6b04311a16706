"""Values in the plane, their hull, and what softmax and standardised scores read of them."""

import functools

import numpy as np
import torch

from attnkit.densities.finite import softmax
from attnkit.densities.probability_cage.plane import hull, inside_hull
from attnkit.densities.probability_cage.standardised import standardised_weights
from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Line, Points
from attnkit.explore.presets import padded

__all__ = ["OUT_OF_THE_HULL"]

LENGTHS = (4, 8, 16, 32)
GAINS = (-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0)
BIASES = (-0.25, -0.125, 0.0, 0.0625, 0.125, 0.25)
MOST_CORNERS = 16
COUNTS = np.array([2.0**k for k in range(2, 11)])


@functools.cache
def _drawn() -> tuple[torch.Tensor, torch.Tensor]:
    """Scores and places of the values, which lie around a point that is not the origin."""
    generator = torch.Generator().manual_seed(6)
    scores = torch.randn(32, generator=generator, dtype=torch.float64)
    values = torch.randn(32, 2, generator=generator, dtype=torch.float64)
    return scores, values + torch.tensor([1.0, 0.5], dtype=torch.float64)


def compute(gain: float, bias: float, n: float) -> Values:
    """Where both read, the line along which the gain moves it, and sizes at every length."""
    scores, values = (each[: int(n)] for each in _drawn())
    weights = standardised_weights(scores, gain, bias)
    read, mean = weights @ values, softmax(scores) @ values
    ends = torch.stack([standardised_weights(scores, g, bias) @ values for g in (-1.0, 1.0)])
    corners = padded(hull(values).T, MOST_CORNERS)
    return {
        "value_x": padded(values[:, 0], 32),
        "value_y": padded(values[:, 1], 32),
        "hull_x": corners[0],
        "hull_y": corners[1],
        "line_x": ends[:, 0].numpy(),
        "line_y": ends[:, 1].numpy(),
        "read_x": read[[0]].numpy(),
        "read_y": read[[1]].numpy(),
        "softmax_x": mean[[0]].numpy(),
        "softmax_y": mean[[1]].numpy(),
        "low": float(min(-1.5, ends.min().item() - 0.5)),
        "high": float(max(3.5, ends.max().item() + 0.5)),
        "length": COUNTS,
        "size": np.sqrt(COUNTS * (gain**2 + bias**2)),
        "softmax_size": np.sqrt(np.e / COUNTS),
        "now": np.array([n]),
        "size_now": np.array([(n * (gain**2 + bias**2)) ** 0.5]),
        "sum": weights.sum().item(),
        "negative": float((weights < 0).sum()),
        "inside": float(inside_hull(read, values)),
    }


OUT_OF_THE_HULL = Explorable(
    name="out-of-the-hull",
    title="Out of the hull",
    compute=compute,
    controls=[
        Slider(
            "gain", stops=GAINS, default=0.5, step=0.25, meaning="times the standardised scores"
        ),
        Slider("bias", stops=BIASES, default=0.0, step=0.0625, meaning="added to every weight"),
        Steps("n", "n", LENGTHS, default=8, meaning="keys of the row"),
    ],
    panels=[
        Panel(
            Line("hull_x", "hull_y", label="hull of the values", tone="muted"),
            Line("line_x", "line_y", label="as the gain moves", tone="second", dash=True),
            Points("value_x", "value_y", label="values", tone="muted", size=6),
            Points("softmax_x", "softmax_y", label="softmax reads", tone="density", size=11),
            Points("read_x", "read_y", label="standardised scores read", tone="value", size=11),
            x=Axis("first channel", ("low", "high")),
            y=Axis("second channel", ("low", "high")),
            main=True,
        ),
        Panel(
            Line("length", "size", label="standardised", tone="value"),
            Line("length", "softmax_size", label="softmax", tone="density"),
            Points("now", "size_now", tone="value", size=9),
            x=Axis("n", (3.5, 1200), log=True),
            y=Axis("size of the read-out", (0.02, 50), log=True),
        ),
    ],
    readouts=[
        Readout("sum", "sum of the weights", digits=2),
        Readout("negative", "negative weights", digits=0),
        Readout("inside", "inside the hull (1 yes)", digits=0),
    ],
    depends={
        ("length", "softmax_size"): (),
        ("value_x", "value_y", "hull_x", "hull_y", "softmax_x", "softmax_y", "now"): ("n",),
        ("line_x", "line_y", "low", "high"): ("bias", "n"),
        "size": ("gain", "bias"),
        "size_now": ("gain", "bias", "n"),
    },
    caption="""Softmax's dot can go nowhere but into the hull. With bias 0 the other lies on a line
    through the origin, wherever the values are; set the bias to 1/n (0.125 at n = 8), and the line
    goes through their mean. Right, sizes for independent values of variance one: the one grows
    with n, the other shrinks.""",
    alt="""Left, values as dots in the plane with their hull, one dot inside it for softmax and one
    mostly outside for standardised scores, on a dashed line; right, the size of both read-outs
    against the number of keys on logarithmic axes, one rising and one falling.""",
)
