"""One layer's attention exchanged in a trained encoder: how far its embedding moves."""

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Values
from attnkit.explore.marks import Bars, Line, Points
from attnkit.structure.deconstructing.recorded import moved

__all__ = ["EXCHANGED_FOR_REAL"]

NAMES = tuple(moved())
LAYERS = np.arange(1.0, 7.0)


def compute(exchange: str) -> Values:
    """1 − cosine by layer, its mean and every passage's, and the means of the two ends."""
    rows = moved()[exchange]
    mean, every = rows.mean(0), rows[:, :6]
    return {
        "layer": LAYERS,
        "moved": mean[:6],
        "each_at": np.tile(LAYERS, len(rows)),
        "each": every.ravel(),
        "top": max(0.32, 1.05 * float(every.max())),
        "uniform": moved()["uniform"].mean(0)[:6],
        "itself": moved()["itself"].mean(0)[:6],
        "all_layers": float(mean[6]),
        "without_last": float(mean[:5].mean()),
    }


EXCHANGED_FOR_REAL = Explorable(
    name="exchanged-for-real",
    title="A part exchanged in one layer of a trained encoder",
    compute=compute,
    controls=[
        Choice("exchange", "weights", NAMES, default="positional", meaning="what takes their place")
    ],
    panels=[
        Panel(
            Bars("layer", "moved", label="exchanged", tone="density"),
            Points("each_at", "each", label="a passage", tone="muted", size=3),
            Line("layer", "uniform", label="uniform", tone="value", dash=True),
            Line("layer", "itself", label="itself", tone="accent", dash=True),
            x=Axis("layer", (0.4, 6.6)),
            y=Axis("1 − cosine", (0, "top")),
            main=True,
        )
    ],
    readouts=[
        Readout("without_last", "mean of layers 1 to 5"),
        Readout("all_layers", "all six exchanged"),
    ],
    depends={("layer", "uniform", "itself", "each_at"): ()},
    caption="""Nothing is trained anew. Positional weights are another passage's, averaged by
    distance: five layers hardly notice, the last does. No other token at all (itself) hurts in
    every layer. Then compare the second order with the same after each row's mean score is taken
    off: what hurt in the first layer was not the missing exponential. The axis
    follows the data.""",
    alt="""Bars of how far the embedding moves when one of six layers has its weights exchanged,
    with a dot for each passage and lines for uniform weights and for no other token.""",
)
