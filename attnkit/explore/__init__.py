"""Moving figures: one declaration, alive in Jupyter and on a static page.

What many figures share is in `attnkit.explore.presets`.
"""

from attnkit.explore.controls import Slider
from attnkit.explore.explorable import Explorable, Values
from attnkit.explore.free import Free, Numbers
from attnkit.explore.gallery import gallery
from attnkit.explore.lettering import lettered
from attnkit.explore.listed import Choice, Steps, Text
from attnkit.explore.marks import Affine, Area, Band, Bars, Heat, Line, Points, Rule
from attnkit.explore.panels import Axis, Panel
from attnkit.explore.readout import Readout

__all__ = [
    "Affine",
    "Area",
    "Axis",
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
    "Values",
    "gallery",
    "lettered",
]
