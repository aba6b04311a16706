"""The moving figures of this room, as the gallery finds them."""

from attnkit.memory.figures.capacity_explorer import CAPACITY_EXPLORER
from attnkit.memory.figures.conditioning_laboratory import CONDITIONING_LABORATORY
from attnkit.memory.figures.depth_width_heads import DEPTH_WIDTH_HEADS
from attnkit.memory.figures.feature_maps import FEATURE_SPIKES
from attnkit.memory.figures.forgetting_curves import FORGETTING_CURVES
from attnkit.memory.figures.remembered_digits import REMEMBERED_DIGITS
from attnkit.memory.figures.trap_gallery import TRAP_GALLERY

__all__ = [
    "CAPACITY_EXPLORER",
    "CONDITIONING_LABORATORY",
    "DEPTH_WIDTH_HEADS",
    "FEATURE_SPIKES",
    "FORGETTING_CURVES",
    "REMEMBERED_DIGITS",
    "TRAP_GALLERY",
]
