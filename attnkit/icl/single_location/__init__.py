"""Single-location regression: one token has the label, and a softmax head is its posterior."""

from attnkit.icl.single_location.locations import (
    LocatedPrompts,
    location_mean,
    location_weights,
    sample_locations,
)
from attnkit.icl.single_location.reader import LocationReader
from attnkit.icl.single_location.risks import (
    LocationMoments,
    bayes_location_risk,
    linear_location_risk,
    location_moments,
    softmax_location_risk,
)

__all__ = [
    "LocatedPrompts",
    "LocationMoments",
    "LocationReader",
    "bayes_location_risk",
    "linear_location_risk",
    "location_mean",
    "location_moments",
    "location_weights",
    "sample_locations",
    "softmax_location_risk",
]
