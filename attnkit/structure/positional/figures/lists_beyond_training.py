"""Errors of running minima as numbers grow beyond those of training, and the maps behind them."""

import numpy as np

from attnkit.explore import Axis, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Band, Heat, Line, Points, Rule
from attnkit.structure.positional.experiments.beyond import SCALES
from attnkit.structure.positional.recorded import lists

__all__ = ["LISTS_BEYOND_TRAINING"]

NAMES = {
    "content": "content",
    "place": "place",
    "content_bare": "content, no bias",
    "place_bare": "place, no bias",
}
DEPTHS = (1, 2, 4)
PLACES = np.arange(9.0)


def compute(scale: float, depth: float) -> Values:
    """Mean relative errors with the range over seeds at a depth, and two first maps at a scale."""
    found = {name: lists(kind, int(depth)) for name, kind in NAMES.items()}
    here = SCALES.index(scale)
    values: Values = {"scale": np.array(SCALES), "place_of": PLACES, "now": float(scale)}
    for name, numbers in found.items():
        values[name] = numbers["error"].mean(0)
    for name in ("content", "place"):
        error = found[name]["error"]
        values[f"{name}_low"], values[f"{name}_high"] = error.min(0), error.max(0)
        values[f"{name}_map"] = found[name]["map"][here]
        values[f"{name}_now"] = values[name][[here]]
        values[f"{name}_keys"] = float(found[name]["keys"][:, here].mean())
    return values | {"at": np.array([float(scale)])}


BOTH = ("scale", "depth")
LISTS_BEYOND_TRAINING = Explorable(
    name="lists-beyond-training",
    title="Lists whose numbers are larger than in training",
    compute=compute,
    controls=[
        Steps("scale", "λ", SCALES, default=1.0, meaning="times the numbers of training"),
        Steps("depth", "layers", DEPTHS, default=4, meaning="each with two heads"),
    ],
    panels=[
        Panel(
            Band("scale", "content_low", "content_high", tone="value"),
            Band("scale", "place_low", "place_high", tone="density"),
            Line("scale", "content", label="content", tone="value"),
            Line("scale", "place", label="place", tone="density"),
            Line("scale", "content_bare", label="content, no bias", tone="value", dash=True),
            Line("scale", "place_bare", label="place, no bias", tone="density", dash=True),
            Rule("now", tone="accent"),
            Points("at", "content_now", tone="value", size=8),
            Points("at", "place_now", tone="density", size=8),
            x=Axis("λ", (0.9, 18), log=True, ticks={c: f"{c:g}" for c in SCALES}),
            y=Axis("relative error", (0.02, 1), log=True),
            title="Running minimum of eight numbers",
            main=True,
        ),
        Panel(
            Heat("content_map", "place_of", "place_of", low=0, high=1, label="weight"),
            x=Axis("key", (-0.5, 8.5)),
            y=Axis("query", (8.5, -0.5)),
            title="Weights of content, one list",
            square=True,
        ),
        Panel(
            Heat("place_map", "place_of", "place_of", low=0, high=1, label="weight"),
            x=Axis("key", (-0.5, 8.5)),
            y=Axis("query", (8.5, -0.5)),
            title="Weights of place, any list",
            square=True,
        ),
    ],
    readouts=[
        Readout("content_keys", "keys of a row, content"),
        Readout("place_keys", "keys of a row, place"),
    ],
    depends={
        ("scale", "place_of"): (),
        ("now", "at"): ("scale",),
        (*NAMES, "content_low", "content_high", "place_low", "place_high"): ("depth",),
        ("content_map", "place_map", "content_now", "place_now"): BOTH,
        ("content_keys", "place_keys"): BOTH,
    },
    caption="""At λ = 1, where they were trained, four layers by content are the better. Raise λ:
    their first map sharpens, until most rows have hardly more than one key, and the error grows;
    the map of places stays as it is, for it has never seen a number. Without biases (dashed)
    places make no more error at sixteen times the numbers than at one. With one layer places are
    worse at first: eight numbers in one step are too many. Bands: three seeds.""",
    alt="""Left, relative error against the scale of the numbers on logarithmic axes: two curves by
    content rise steeply, one by place rises less, and one by place without biases is flat. Right,
    two maps of weights of nine places, one of which becomes sharper as the scale grows.""",
)
