"""Windows that neighbours share, and what reading them in tiles costs; blocks with halos."""

from attnkit.selection.neighbourhood.attention import neighbourhood_attention
from attnkit.selection.neighbourhood.halo import halo_attention, halo_keys
from attnkit.selection.neighbourhood.tiles import TileCount, count_tiles
from attnkit.selection.neighbourhood.windows import neighbourhood_keys

__all__ = [
    "TileCount",
    "count_tiles",
    "halo_attention",
    "halo_keys",
    "neighbourhood_attention",
    "neighbourhood_keys",
]
