"""One tied head learns where or what to look at, and which of the two depends on the samples."""

from attnkit.icl.positional_to_semantic.fit import TiedFit, fit_fixed_map, fit_tied_head
from attnkit.icl.positional_to_semantic.mixed import MixedTask
from attnkit.icl.positional_to_semantic.shares import positional_share
from attnkit.icl.positional_to_semantic.tied import map_risk, tied_weights

__all__ = [
    "MixedTask",
    "TiedFit",
    "fit_fixed_map",
    "fit_tied_head",
    "map_risk",
    "positional_share",
    "tied_weights",
]
