"""Miras: a memory as four choices, of memory, loss, retention and optimiser."""

from attnkit.memory.miras.compositions import DELTA, HEBB, memora, moneta, titans, yaad
from attnkit.memory.miras.losses import DotProduct, HuberError, PowerError, SquaredError
from attnkit.memory.miras.online import OnlineState, online_memory
from attnkit.memory.miras.optimisers import GradientStep, Momentum
from attnkit.memory.miras.retentions import Decay, KLRetention, LqRetention
from attnkit.memory.miras.rule import Rule
from attnkit.memory.miras.structures import LinearMemory, NetworkMemory

__all__ = [
    "DELTA",
    "HEBB",
    "Decay",
    "DotProduct",
    "GradientStep",
    "HuberError",
    "KLRetention",
    "LinearMemory",
    "LqRetention",
    "Momentum",
    "NetworkMemory",
    "OnlineState",
    "PowerError",
    "Rule",
    "SquaredError",
    "memora",
    "moneta",
    "online_memory",
    "titans",
    "yaad",
]
