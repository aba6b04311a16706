"""What a head remembers: linear attention as a memory that is written and probed."""

from attnkit.memory.delta import delta_rule
from attnkit.memory.linear import linear_attention, normalised_linear_attention
from attnkit.memory.momentum import momentum_rule

__all__ = [
    "delta_rule",
    "linear_attention",
    "momentum_rule",
    "normalised_linear_attention",
]
