"""Right calls of what declares a moving figure."""

from attnkit.explore import (
    Choice,
    Explorable,
    Free,
    Numbers,
    Readout,
    Slider,
    Steps,
    Text,
)
from tests.explore.demo import DEMO
from tests.fuzz import Call

NAMED = {"name": "alpha", "label": "α", "meaning": "larger is sparser"}
WORDS = {key: {"nonsense"} for key in NAMED}
RANGE = {"low": -1.0, "high": 2.0, "default": 0.5, "step": 0.5}

CALLS = [
    Call(
        Slider,
        lambda: NAMED | RANGE | {"grid": 5, "snap": False},
        means=WORDS,
    ),
    Call(
        Steps,
        lambda: NAMED | {"values": (1.0, 2.0), "default": 2.0},
        means=WORDS,
    ),
    Call(
        Choice,
        lambda: NAMED | {"options": ("a", "b"), "default": "a"},
        means=WORDS,
    ),
    Call(
        Text,
        lambda: NAMED | {"presets": ("a", "b"), "default": "a"},
        means=WORDS,
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
]
