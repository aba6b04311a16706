"""Moving figures: one declaration, alive in Jupyter and on a static page."""

from attnkit.explore.controls import Choice, Slider, Steps, Text
from attnkit.explore.explorable import Explorable, Readout
from attnkit.explore.free import Free, Numbers
from attnkit.explore.gallery import gallery
from attnkit.explore.marks import Affine, Area, Band, Bars, Heat, Line, Panel, Points, Rule

__all__ = [
    "Affine",
    "Area",
    "Band",
    "Bars",
    "Choice",
    "Explorable",
    "Free",
    "Heat",
    "Line",
    "Numbers",
    "Panel",
    "Points",
    "Readout",
    "Rule",
    "Slider",
    "Steps",
    "Text",
    "gallery",
]
