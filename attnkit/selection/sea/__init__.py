"""An estimate of the map in few columns, its best ones, and exact softmax over their keys."""

from attnkit.selection.sea.columns import column_means, column_of_key
from attnkit.selection.sea.estimate import favor_columns
from attnkit.selection.sea.sea import sea_attention, sea_keys, sea_weights

__all__ = [
    "column_means",
    "column_of_key",
    "favor_columns",
    "sea_attention",
    "sea_keys",
    "sea_weights",
]
