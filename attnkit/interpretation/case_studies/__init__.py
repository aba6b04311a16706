"""Six questions of seven papers, put to seventy-two real heads: a number each."""

from attnkit.interpretation.case_studies.maps import (
    contrast,
    jensen_shannon,
    quantised,
    shifted_groups,
)

__all__ = ["contrast", "jensen_shannon", "quantised", "shifted_groups"]
