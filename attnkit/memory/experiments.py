"""The reproductions of this room, for `attnkit reproduce NAME`."""

from attnkit.memory.reproductions.capacity import CAPACITY, RECALL
from attnkit.memory.reproductions.forgetting import FORGETTING
from attnkit.memory.reproductions.reliability import RELIABILITY

__all__ = ["CAPACITY", "FORGETTING", "RECALL", "RELIABILITY"]
