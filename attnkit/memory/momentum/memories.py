"""The memory with a velocity: the momentum rule."""

from attnkit.memory.momentum import momentum_rule, recurrent_momentum_rule
from attnkit.memory.momentum.animals import Momentum
from attnkit.memory.shared.records import Memory, Setting

MOMENTUM = Memory(
    "momentum",
    momentum_rule,
    recurrent_momentum_rule,
    gates=("rate", "momentum", "forgetting"),
    animals={"momentum and forgetting": Momentum()},
)
HALF = Setting(
    "momentum",
    "delta, momentum ½",
    MOMENTUM,
    gates={"rate": 0.5, "momentum": 0.5, "forgetting": 0.0},
)
