"""DeltaNet and gated DeltaNet: the delta rule writes only what the memory gets wrong."""

from attnkit.memory.delta.chunkwise import delta_rule
from attnkit.memory.delta.parallel import parallel_delta_rule
from attnkit.memory.delta.recurrent import recurrent_delta_rule

__all__ = ["delta_rule", "parallel_delta_rule", "recurrent_delta_rule"]
