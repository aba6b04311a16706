"""The delta rule given time: the list is stored thirty times."""

from attnkit.memory.delta.memories import DELTA
from attnkit.memory.shared.records import Setting

REPLAYED = Setting(
    "replayed",
    "delta, thirty passes",
    DELTA,
    gates={"rate": 1.0},
    passes=30,
    measured=("capacity",),
)
