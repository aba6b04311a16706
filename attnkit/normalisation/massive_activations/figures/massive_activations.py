"""The law of five parameters and its peak, beside what one trained encoder has in its layers."""

import math

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Affine, Band, Line, Points, Rule
from attnkit.normalisation.massive_activations.law import EmergenceLaw
from attnkit.normalisation.massive_activations.recorded import by_layer

__all__ = ["MASSIVE_ACTIVATIONS"]

LAST = 143_000
OFFSETS = (0.1, 0.25, 0.5, 1.0, 2.0)
STEPS = torch.logspace(0, math.log10(LAST), 121, dtype=torch.float64)


def compute(amplitude: float, decay: float, rate: float, offset: float, plateau: float) -> Values:
    """The law by its shape, which amplitude and plateau stretch and lift; its peak; the encoder."""
    shape = EmergenceLaw(1.0, decay, rate, offset, 0.0)
    inside = 1 <= shape.peak_step <= LAST
    layers = by_layer()
    return {
        "step": STEPS.numpy(),
        "shape": shape(STEPS).numpy(),
        "amplitude": amplitude,
        "plateau": plateau,
        "peak_at": np.array([shape.peak_step if inside else np.nan]),
        "peak_shape": np.array([shape.peak_value]),
        "peak_step": shape.peak_step,
        "peak_value": amplitude * shape.peak_value + plateau,
        "last_value": amplitude * shape(STEPS[-1:]).item() + plateau,
        "layer": np.arange(1.0, 1 + layers["before"].shape[1]),
        "before_low": layers["before"][0],
        "before": layers["before"][1],
        "before_high": layers["before"][2],
        "after_low": layers["after"][0],
        "after": layers["after"][1],
        "after_high": layers["after"][2],
    }


MASSIVE_ACTIVATIONS = Explorable(
    name="massive-activations",
    title="How one entry outgrows the others",
    compute=compute,
    controls=[
        Slider(
            "amplitude",
            "amplitude A",
            low=0.0,
            high=400.0,
            default=120.0,
            step=20.0,
            grid=2,
            meaning="what the logarithm is measured in",
        ),
        Steps(
            "decay",
            "decay λ",
            (0.02, 0.05, 0.12, 0.3, 0.6, 1.0),
            default=0.12,
            meaning="how fast the rise is undone",
        ),
        Steps(
            "rate",
            "rate γ",
            (0.0001, 0.0003, 0.0006, 0.0012, 0.0025, 0.005),
            default=0.0012,
            meaning="how much x grows with a step",
        ),
        Steps("offset", "offset t₀", OFFSETS, default=0.5, meaning="x at the start"),
        Slider(
            "plateau",
            "plateau K",
            low=0.0,
            high=100.0,
            default=20.0,
            step=10.0,
            grid=2,
            meaning="where it ends",
        ),
    ],
    panels=[
        Panel(
            Rule("plateau", axis="y", label="plateau", tone="muted"),
            Line("step", Affine("plateau", "amplitude", "shape"), label="the law"),
            Points(
                "peak_at",
                Affine("plateau", "amplitude", "peak_shape"),
                label="peak, by Lambert's W",
                size=11,
            ),
            x=Axis("step of training", (1, LAST), log=True),
            y=Axis("largest over median entry"),
            title="During training",
            main=True,
        ),
        Panel(
            Band("layer", "before_low", "before_high", tone="value"),
            Band("layer", "after_low", "after_high", tone="density"),
            Line("layer", "before", label="before the norm", tone="value"),
            Line("layer", "after", label="after it", tone="density"),
            x=Axis("layer", (0.8, 6.2)),
            y=Axis("largest over median entry", (10, 1000), log=True),
            title="One six-layer encoder, trained",
        ),
    ],
    readouts=[
        Readout("peak_step", "peak at step", digits=0),
        Readout("peak_value", "height there", digits=1),
        Readout("last_value", "at the last step", digits=1),
    ],
    depends={
        ("step", "layer", "before_low", "before", "before_high"): (),
        ("after_low", "after", "after_high"): (),
        ("shape", "peak_at", "peak_step"): ("decay", "rate", "offset"),
        "peak_shape": ("decay",),
        "amplitude": ("amplitude",),
        "plateau": ("plateau",),
        "peak_value": ("amplitude", "decay", "plateau"),
    },
    caption="""Move the decay: at one end the peak comes early and is forgotten, at the other it
    lies beyond the end of training, and the curve looks like a logarithm. Then move amplitude and
    plateau, and watch the peak's step: it stays. Right: median and range of 30 passages.""",
    alt="""Left, a curve over the steps of training on a logarithmic axis, below its plateau at
    first, rising to a marked peak and falling back; right, by layer, the ratio before each layer's
    last norm, from 500 falling to 150, and after it, near 30.""",
)
