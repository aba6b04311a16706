"""The memories that correct: the delta rule, and with decay the gated delta rule."""

import math

from attnkit.memory.delta import delta_rule, recurrent_delta_rule
from attnkit.memory.delta.animals import Delta, GatedDelta
from attnkit.memory.shared.records import Memory, Setting

DELTA = Memory(
    "delta", delta_rule, recurrent_delta_rule, gates=("rate",), animals={"delta": Delta()}
)
GATED_DELTA = Memory(
    "delta, decay",
    delta_rule,
    recurrent_delta_rule,
    gates=("rate", "log_decay"),
    animals={"gated delta": GatedDelta()},
)
CHANNEL_GATED_DELTA = Memory(
    "delta, channel decay",
    delta_rule,
    recurrent_delta_rule,
    gates=("rate", "channel_log_decay"),
)

COMPLETE = Setting(
    "delta",
    "delta, one pass",
    DELTA,
    gates={"rate": 1.0},
    measured=("capacity", "forgetting", "digits"),
)
HALF = Setting("slow-delta", "delta, rate ½", DELTA, gates={"rate": 0.5}, measured=("forgetting",))
FADING = Setting(
    "gated-delta",
    "delta, decay 0.99",
    GATED_DELTA,
    gates={"rate": 1.0, "log_decay": math.log(0.99)},
)
REPLAYED = Setting(
    "delta, twenty passes",
    "delta, twenty passes",
    DELTA,
    gates={"rate": 1.0},
    passes=20,
    measured=("digits",),
)
