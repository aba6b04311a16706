"""Right calls of what declares a moving figure."""

from attnkit.explore import (
    Affine,
    Area,
    Axis,
    Band,
    Bars,
    Choice,
    Explorable,
    Free,
    Heat,
    Line,
    Numbers,
    Panel,
    Points,
    Readout,
    Rule,
    Slider,
    Steps,
    Text,
    lettered,
)
from tests.explore.demo import DEMO
from tests.fuzz import Call

NAMED = {"name": "alpha", "label": "α", "meaning": "larger is sparser"}
WORDS = {key: {"nonsense"} for key in NAMED}
LOOK = {"label": "weights", "tone": "density"}
# A number, a sequence of numbers and a name are references.
FED = {
    name: {"list", "negated", "zero", "huge", "tiny", "string", "nonsense", "integer"}
    for name in ("x", "y", "z", "low", "high", "at", "offset", "scale", "profile")
} | {"label": {"nonsense"}}
RANGE = {"low": -1.0, "high": 2.0, "default": 0.5, "step": 0.5}

CALLS = [
    Call(
        Slider,
        lambda: NAMED | RANGE | {"grid": 5},
        means=WORDS | {"grid": {"none"}},
    ),
    Call(
        Steps,
        lambda: NAMED | {"values": (1.0, 2.0), "default": 2.0},
        means=WORDS | {"default": {"none"}},
    ),
    Call(
        Choice,
        lambda: NAMED | {"values": ("a", "b"), "default": "a"},
        means=WORDS | {"default": {"none"}},
    ),
    Call(
        Text,
        lambda: NAMED | {"values": ("a", "b"), "default": "a"},
        means=WORDS | {"default": {"none"}},
    ),
    Call(Free, lambda: NAMED | RANGE, means=WORDS),
    Call(
        Numbers,
        lambda: NAMED | {"least": 1, "most": 7},
        means=WORDS,
    ),
    Call(
        Readout,
        lambda: {
            "value": "best",
            "label": "best weight",
            "unit": "nats",
            "digits": 2,
            "undefined": "none",
        },
        means={key: {"nonsense"} for key in ("value", "label", "unit", "undefined")},
    ),
    Call(
        Explorable,
        lambda: {
            "name": "demo",
            "title": "A bump",
            "compute": DEMO.compute,
            "controls": list(DEMO.controls),
            "panels": list(DEMO.panels),
            "caption": "A bump.",
            "alt": "A bump, drawn.",
            "tolerance": 0.02,
            "free": list(DEMO.free),
            "page_note": "More in Jupyter.",
        },
        means={key: {"nonsense"} for key in ("name", "title", "caption", "alt", "page_note")},
    ),
    Call(Affine, lambda: {"offset": "place", "scale": 2.0, "profile": "profile"}, means=FED),
    Call(
        Line,
        lambda: {"x": "key", "y": "weight", "width": 2.0, "dash": True} | LOOK,
        means=FED,
    ),
    Call(Area, lambda: {"x": "key", "y": 0.5} | LOOK, means=FED),
    Call(Band, lambda: {"x": "key", "low": "low", "high": "high"} | LOOK, means=FED),
    Call(Bars, lambda: {"x": "key", "y": "weight"} | LOOK, means=FED),
    Call(Points, lambda: {"x": "key", "y": "weight", "size": 5.0} | LOOK, means=FED),
    Call(Rule, lambda: {"at": "threshold", "axis": "y", "dash": False} | LOOK, means=FED),
    Call(
        Heat,
        lambda: {"z": "matrix", "x": "key", "y": "key", "diverging": True, "label": "weight"},
        means=FED | dict.fromkeys(("x", "y"), FED["x"] | {"none"}),
    ),
    Call(
        Heat,
        lambda: {"z": "matrix", "low": 0.25, "high": 2.0},
        means={"z": FED["z"]},
        name="attnkit.explore.marks.Heat with ends",
    ),
    Call(
        Panel,
        lambda: {
            "x": Axis("key"),
            "y": Axis("weight"),
            "title": "Weights",
            "square": False,
            "main": True,
        },
        means={"title": {"nonsense"}},
    ),
    Call(
        lettered,
        lambda: {"words": ["the", "heron"], "most": 5, "longest": 7},
        # A count may be smaller or larger, and any text is a word.
        means={"most": {"huge", "negated", "zero", "tiny"}},
    ),
    Call(
        Axis,
        lambda: {"label": "key", "ends": (0.5, 2.0), "log": True},
        means={"label": {"nonsense"}},
    ),
]
