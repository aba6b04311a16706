"""The bias dial: error of biased attention over bias and number of samples, by target."""

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Values
from attnkit.explore.marks import Band, Heat, Line, Rule
from attnkit.random_features.recorded import errors
from attnkit.random_features.suite import LABELS

__all__ = ["BIAS_DIAL"]

NAMES = {label: name for name, label in LABELS.items()}
BIASES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.5, 8.0, 11.5, 16.0)
SWEEP = "random-features-bias"


def compute(target: str, bias: float) -> Values:
    """Recorded errors; between the biases that were run they are interpolated."""
    biases, sizes, table = errors(SWEEP, NAMES[target])
    measured = np.array([float(value) for value in biases])
    flat = table.reshape(len(measured), -1).T
    mean, low, high = (
        np.array([np.interp(bias, measured, column) for column in flat]).reshape(-1, 3).T
    )
    return {
        "n": sizes,
        "mean": mean,
        "low": low,
        "high": high,
        "unbiased": table[0, :, 0],
        "place": np.arange(len(measured), dtype=float),
        "row": np.arange(len(sizes), dtype=float),
        "surface": table[:, :, 0].T,
        "dial": float(np.interp(bias, measured, np.arange(len(measured)))),
        "error": float(mean[-1]),
        "gain": float(mean[-1] / table[0, -1, 0]),
    }


BIAS_DIAL = Explorable(
    name="bias-dial",
    title="A mean matrix is a prior",
    compute=compute,
    controls=[
        Choice(
            "target",
            "target",
            tuple(NAMES),
            default=LABELS["rectified match"],
            meaning="the mean over the keys of this function",
        ),
        Slider("bias", grid=BIASES, default=4.0, step=0.5, meaning="W₀ = bias · [I 0; 0 0]"),
    ],
    panels=[
        Panel(
            Line("n", "unbiased", label="no bias", tone="muted", dash=True),
            Band("n", "low", "high", label="seeds", tone="density"),
            Line("n", "mean", label="this bias"),
            title="Learning curve",
            x=Axis("samples n", (64, 1024), log=True),
            y=Axis("test error over variance", (0, 1.12)),
        ),
        Panel(
            Heat("surface", x="place", y="row", low=0.0, high=1.0, label="error"),
            Rule("dial", label="the dial"),
            title="Error over bias and samples",
            x=Axis(
                "bias",
                (-0.5, 10.5),
                ticks={place: f"{bias:g}" for place, bias in enumerate(BIASES)},
            ),
            y=Axis(
                "samples n", (-0.5, 4.5), ticks=dict(enumerate(("64", "128", "256", "512", "1024")))
            ),
        ),
    ],
    readouts=[
        Readout("error", "error at n = 1,024"),
        Readout("gain", "error over that without bias"),
    ],
    depends={("n", "place", "row"): (), ("surface", "unbiased"): ("target",), "dial": ("bias",)},
    caption="""Recorded errors of a thousand heads at d = N = 16, means and range over three seeds.
    On targets of matches the bias saves most of the samples; on targets of keys alone it costs
    samples.""",
    alt="""Left, the learning curve at the chosen bias beside that without bias; right, a map of the
    error over bias and number of samples with the dial's place marked.""",
)
