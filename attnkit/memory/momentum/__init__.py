"""Titans' momentum, linear: errors push a velocity, the velocity moves a memory that forgets."""

from attnkit.memory.momentum.chunkwise import momentum_rule
from attnkit.memory.momentum.recurrent import recurrent_momentum_rule

__all__ = ["momentum_rule", "recurrent_momentum_rule"]
