"""What a large step leaves of the heads' entropy: plain, under σReparam, with LayerNorm."""

import numpy as np

from attnkit.concentration.sigma_reparam.recorded import trained
from attnkit.explore import Axis, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Points, Rule

__all__ = ["SIGMA_REPARAM_TRAINING"]

RATES = (0.003, 0.03, 0.1)
ARMS = ("plain", "σReparam", "LayerNorm")
N_SEEDS = 5
PLACES = np.add.outer(np.arange(len(ARMS)), np.linspace(-0.2, 0.2, N_SEEDS)).ravel()


def compute(rate: float) -> Values:
    """The most and least even head and the accuracy of each seed, arm by arm."""
    cells = [trained(rate, arm) for arm in ARMS]
    smallest, largest, accuracy = (
        np.concatenate([cell[name] for cell in cells])
        for name in ("smallest_entropy", "largest_entropy", "accuracy")
    )
    return {
        "place": PLACES,
        "smallest": smallest,
        "largest": largest,
        "accuracy": accuracy,
        "plain": float(np.mean(cells[0]["accuracy"])),
        "reparametrised": float(np.mean(cells[1]["accuracy"])),
        "normalised": float(np.mean(cells[2]["accuracy"])),
    }


_ARMS = Axis("", (-0.5, 2.5), ticks=dict(enumerate(ARMS)))

SIGMA_REPARAM_TRAINING = Explorable(
    name="sigma-reparam-training",
    title="A step too large",
    compute=compute,
    controls=[
        Steps("rate", "learning rate", RATES, default=0.03, meaning="of Adam, without warm-up")
    ],
    panels=[
        Panel(
            Points("place", "largest", label="most even head", tone="density"),
            Points("place", "smallest", label="sharpest head"),
            title="Entropy of the heads",
            x=_ARMS,
            y=Axis("entropy / log n", (-0.03, 1.03)),
            main=True,
        ),
        Panel(
            Points("place", "accuracy", label="one seed", tone="density"),
            Rule(1 / 8, axis="y", label="chance", tone="muted"),
            title="What was learned",
            x=_ARMS,
            y=Axis("accuracy", (0.0, 1.03)),
        ),
    ],
    readouts=[
        Readout("plain", "accuracy, plain"),
        Readout("reparametrised", "accuracy, σReparam"),
        Readout("normalised", "accuracy, LayerNorm"),
    ],
    depends={"place": ()},
    caption="""Recorded: four layers of two heads learn to look up pairs, five seeds each. At 0.003
    all three learn, and their sharpest heads are about equally sharp. At 0.03 every head of every
    plain model has collapsed and none has learned; σReparam learns in all five seeds. At 0.1 it
    keeps the most even heads even and learns next to nothing.""",
    alt="""Left, entropy over log n of the most even and the sharpest head of each seed, for three
    kinds of model side by side; right, their accuracy, with a line at chance.""",
)
