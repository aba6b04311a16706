"""The map of both collapses: seventy-two trained heads, and one made to order."""

import numpy as np
import torch

from attnkit.concentration.eigenspectrum.figures.qk_eigenspectrum import QK_EIGENSPECTRUM
from attnkit.concentration.shared.real_map import ENTROPY_CORNER, RANK_CORNER, of_layer, places
from attnkit.diagnostics import entropy
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Values
from attnkit.explore.marks import Band, Heat, Line, Points
from attnkit.explore.presets import one_point

__all__ = ["TWO_COLLAPSES"]

LAYERS = {"all": None} | {f"layer {i + 1}": i for i in range(6)}


def compute(trace: float, spread: float, layer: str) -> Values:
    """The trained heads, those of one layer apart, and a head with the spectrum asked for."""
    made = QK_EIGENSPECTRUM.compute(trace=trace, spread=spread)
    entropies, cosines = places()
    chosen = of_layer(LAYERS[layer])
    rows = entropy(torch.from_numpy(made["weights"] / made["weights"].sum(-1, keepdims=True)))
    return {
        "heads_entropy": entropies,
        "heads_cosine": cosines,
        "layer_entropy": np.where(chosen, entropies, np.nan),
        "layer_cosine": np.where(chosen, cosines, np.nan),
        "path_entropy": made["path_entropy"],
        "path_cosine": made["path_cosine"],
        "weights": made["weights"],
        "made_entropy": made["entropy"],
        "made_cosine": made["cosine"],
        "keys": rows.exp().mean().item(),
        "median_entropy": float(np.median(entropies[chosen])),
        "median_cosine": float(np.median(cosines[chosen])),
    }


TWO_COLLAPSES = Explorable(
    name="two-collapses",
    title="Between two collapses",
    compute=compute,
    controls=[
        Choice("layer", "trained heads of", tuple(LAYERS), default="all", meaning="in orange"),
        QK_EIGENSPECTRUM.sliders["trace"],
        QK_EIGENSPECTRUM.sliders["spread"],
    ],
    panels=[
        Panel(
            Band((RANK_CORNER[0], 1.0), (RANK_CORNER[1],) * 2, (1.0, 1.0), "rank collapse"),
            Band(
                (0.0, ENTROPY_CORNER[0]),
                (-0.05, -0.05),
                (ENTROPY_CORNER[1],) * 2,
                "entropy collapse",
                tone="accent",
            ),
            Points("heads_entropy", "heads_cosine", tone="muted", size=5),
            Points("layer_entropy", "layer_cosine", label="trained heads", size=7),
            Line("path_entropy", "path_cosine", label="as the trace moves", tone="muted"),
            Points(
                one_point("made_entropy"),
                one_point("made_cosine"),
                label="made to order",
                tone="density",
                size=11,
            ),
            x=Axis("entropy / log n", (0.0, 1.04)),
            y=Axis("cosine between outputs", (-0.05, 1.04)),
            main=True,
        ),
        Panel(
            Heat("weights", low=0.0, high=1.0, label="weight"),
            title="The head made to order",
            x=Axis("key", (-0.5, 31.5)),
            y=Axis("query", (31.5, -0.5)),
            square=True,
        ),
    ],
    readouts=[
        Readout("keys", "keys in use, of 32"),
        Readout("median_entropy", "trained heads: median entropy / log n"),
        Readout("median_cosine", "median cosine"),
    ],
    depends={
        ("heads_entropy", "heads_cosine"): (),
        ("layer_entropy", "layer_cosine", "median_entropy", "median_cosine"): ("layer",),
        ("path_entropy", "path_cosine"): ("spread",),
        ("weights", "made_entropy", "made_cosine", "keys"): ("trace", "spread"),
    },
    caption="""Each orange dot is a head of one six-layer encoder, its mean over thirty passages.
    Raise the trace: the blue head, made to order, leaves the corner where all outputs are one,
    crosses the plane and ends where each query reads one key. Then go through the layers: most of
    the first lies near the upper corner, the last reads alike without reading evenly. No trained
    head lies below the path: real tokens are not independent.""",
    alt="""Left, a plane of entropy against the cosine between outputs, a corner shaded for each
    collapse, seventy-two dots of trained heads with one layer's in colour, and a larger dot on the
    path that it takes as the trace grows. Right, the attention map of that head.""",
)
