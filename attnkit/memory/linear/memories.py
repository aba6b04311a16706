"""The memories that add: linear attention, normalised, and with decay."""

import math

from attnkit.memory.linear import (
    linear_attention,
    normalised_linear_attention,
    recurrent_linear_attention,
    recurrent_normalised_linear_attention,
)
from attnkit.memory.linear.animals import DecayingHebb, Hebb, RunningMean
from attnkit.memory.shared.records import Memory, Setting

LINEAR = Memory("linear", linear_attention, recurrent_linear_attention, animals={"Hebb": Hebb()})
NORMALISED = Memory(
    "normalised",
    normalised_linear_attention,
    recurrent_normalised_linear_attention,
    positive=True,
    animals={"running mean": RunningMean()},
)
DECAYING = Memory(
    "linear, decay",
    linear_attention,
    recurrent_linear_attention,
    gates=("log_decay",),
    animals={"Hebb with decay": DecayingHebb()},
)
CHANNEL_DECAY = Memory(
    "linear, channel decay",
    linear_attention,
    recurrent_linear_attention,
    gates=("channel_log_decay",),
)
DECAYING_NORMALISED = Memory(
    "normalised, decay",
    normalised_linear_attention,
    recurrent_normalised_linear_attention,
    gates=("log_decay",),
    positive=True,
)

HEBB = Setting("hebb", "Hebb", LINEAR)
DECAYING_HEBB = Setting(
    "decaying",
    "Hebb, best decay for age 16",
    DECAYING,
    gates={"log_decay": math.log(16 / 17) / 2},  # theory's `best_retention` of age 16
    measured=("forgetting",),
)
STORED_DIGITS = Setting("Hebb", "Hebb", LINEAR, measured=("digits",))
