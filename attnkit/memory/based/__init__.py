"""Based: a second-order Taylor memory for all of the past, exact softmax for its last tokens."""

from attnkit.memory.based.based import based_attention
from attnkit.memory.based.centred import (
    centred_taylor_attention,
    recurrent_centred_taylor_attention,
)
from attnkit.memory.based.layer import Based
from attnkit.memory.based.parallel import (
    parallel_based_attention,
    parallel_window_attention,
)
from attnkit.memory.based.recurrent import (
    recurrent_based_attention,
    recurrent_window_attention,
)
from attnkit.memory.based.taylor import taylor_attention
from attnkit.memory.based.taylor_forms import (
    parallel_taylor_attention,
    recurrent_taylor_attention,
)
from attnkit.memory.based.window import window_attention

__all__ = [
    "Based",
    "based_attention",
    "centred_taylor_attention",
    "parallel_based_attention",
    "parallel_taylor_attention",
    "parallel_window_attention",
    "recurrent_based_attention",
    "recurrent_centred_taylor_attention",
    "recurrent_taylor_attention",
    "recurrent_window_attention",
    "taylor_attention",
    "window_attention",
]
