"""A small explorable that uses every kind of control and of mark."""

import numpy as np

from attnkit.explore import (
    Affine,
    Area,
    Band,
    Bars,
    Choice,
    Explorable,
    Free,
    Heat,
    Line,
    Panel,
    Points,
    Readout,
    Rule,
    Slider,
    Steps,
    Text,
)


def bump(
    place: float, width: float, tilt: float, count: float, shape: str, words: str, lift: float = 0.0
) -> dict:
    if not words:
        raise ValueError("words must not be empty")
    u = np.linspace(-1.0, 1.0, 31)
    profile = {"round": 1 - u**2, "peaked": 1 - np.abs(u)}[shape]
    keys = np.arange(7.0)
    return {
        "place": place,
        "width": width,
        "u": u,
        "profile": profile,
        "height": 1.0 / width,
        "half": 0.5 + lift,
        "keys": keys,
        "bars": np.where(keys < count, 1.0 / count, 0.0),
        "matrix": np.outer(profile[::5], keys) * len(words),
        "tilted": tilt,
        "wide_only": width if width > 1 else np.nan,
    }


DEMO = Explorable(
    name="demo",
    title="A bump",
    compute=bump,
    controls=[
        Slider("place", "place μ", -2.0, 2.0, 0.5, 0.1, grid=5, meaning="where it stands"),
        Slider("width", "width a", 0.5, 2.0, 1.0, 0.05, grid=31, meaning="half its base"),
        Slider("tilt", "tilt", 0.0, 1.0, 0.5, 0.1, grid=(0.0, 0.5, 1.0), snap=True, meaning="kink"),
        Steps("count", "count n", (1, 2, 4, 7), 4, meaning="how many keys share the weight"),
        Choice("shape", "shape", ("round", "peaked"), "round"),
        Text("words", "words", ("one", "two words"), "one"),
    ],
    free=[Free("lift", "lift", -1.0, 1.0, 0.0, 0.1, "raises everything")],
    panels=[
        Panel(
            [
                Band((-2.0, 2.0), (0.0, 0.0), (0.1, 0.2), label="band"),
                Area(Affine("place", "width", "u"), Affine(0.0, "height", "profile"), label="bump"),
                Line(Affine("place", "width", "u"), "profile", dash=True, tone="value"),
                Rule("place", label="mean"),
                Rule("wide_only", axis="y"),
            ],
            x_range=(-4.0, 4.0),
            y_range=(0.0, 2.0),
            title="One bump",
        ),
        Panel([Bars("keys", "bars"), Points("keys", "bars")], x_ticks={0: "first", 6: "last"}),
        Panel([Heat("matrix", diverging=True)]),
    ],
    readouts=[Readout("height", "height", "per unit", 2), Readout("wide_only", "wide")],
    depends={
        "place": ["place"],
        "width": ["width"],
        "half": [],
        "u": [],
        "profile": ["shape"],
        "height": ["width"],
        "keys": [],
        "bars": ["count"],
        "matrix": ["shape", "words"],
        "tilted": ["tilt"],
        "wide_only": ["width"],
    },
    caption="A bump & its parts <here>.",
    alt="A bump.",
)
