"""A small explorable that uses every kind of control and of mark."""

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Free, Panel, Readout, Slider, Steps, Text
from attnkit.explore.marks import Affine, Area, Band, Bars, Heat, Line, Points, Rule


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
        Slider(
            "place",
            "place μ",
            low=-2.0,
            high=2.0,
            grid=5,
            default=0.5,
            step=0.1,
            meaning="where it stands",
        ),
        Slider(
            "width",
            "width a",
            low=0.5,
            high=2.0,
            grid=31,
            default=1.0,
            step=0.05,
            meaning="half its base",
        ),
        Slider("tilt", stops=(0.0, 0.5, 1.0), default=0.5, step=0.1, meaning="kink"),
        Steps(
            "count", "count n", (1, 2, 4, 7), default=4, meaning="how many keys share the weight"
        ),
        Choice("shape", "shape", ("round", "peaked"), default="round"),
        Text("words", "words", ("one", "two words"), default="one"),
    ],
    free=[
        Free("lift", "lift", low=-1.0, high=1.0, default=0.0, step=0.1, meaning="raises everything")
    ],
    panels=[
        Panel(
            Band((-2.0, 2.0), (0.0, 0.0), (0.1, 0.2), label="band"),
            Area(Affine("place", "width", "u"), Affine(0.0, "height", "profile"), label="bump"),
            Line(Affine("place", "width", "u"), "profile", dash=True, tone="value"),
            Rule("place", label="mean"),
            Rule("wide_only", axis="y"),
            title="One bump",
            x=Axis(ends=(-4.0, 4.0)),
            y=Axis(ends=(0.0, 2.0)),
        ),
        Panel(Bars("keys", "bars"), Points("keys", "bars"), x=Axis(ticks={0: "first", 6: "last"})),
        Panel(Heat("matrix", diverging=True)),
    ],
    readouts=[Readout("height", "height", "per unit", 2), Readout("wide_only", "wide")],
    depends={
        "place": ["place"],
        ("width", "height", "wide_only"): ["width"],
        ("half", "u", "keys"): [],
        "profile": ["shape"],
        "bars": ["count"],
        "matrix": ["shape", "words"],
        "tilted": ["tilt"],
    },
    caption="A bump & its parts <here>.",
    alt="A bump.",
)
