"""The reproductions of this room, for `attnkit reproduce NAME`."""

from attnkit.icl.reproductions.anisotropic import ANISOTROPIC
from attnkit.icl.reproductions.diabetes import DIABETES
from attnkit.icl.reproductions.emergence import EMERGENCE
from attnkit.icl.reproductions.grids import GRID, HEADS
from attnkit.icl.reproductions.length import LENGTH
from attnkit.icl.reproductions.lottery import LOTTERY
from attnkit.icl.reproductions.recording import CHECKPOINTS, VALLEY
from attnkit.icl.reproductions.tasks import TWO_TASKS

__all__ = [
    "ANISOTROPIC",
    "CHECKPOINTS",
    "DIABETES",
    "EMERGENCE",
    "GRID",
    "HEADS",
    "LENGTH",
    "LOTTERY",
    "TWO_TASKS",
    "VALLEY",
]
