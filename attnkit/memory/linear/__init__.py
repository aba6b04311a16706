"""Linear attention: every pair is summed into a state, which queries read; the Hebbian memory."""

from attnkit.memory.linear.chunkwise import linear_attention
from attnkit.memory.linear.normalised import normalised_linear_attention
from attnkit.memory.linear.parallel import (
    parallel_linear_attention,
    parallel_normalised_linear_attention,
)
from attnkit.memory.linear.recurrent import (
    recurrent_linear_attention,
    recurrent_normalised_linear_attention,
)

__all__ = [
    "linear_attention",
    "normalised_linear_attention",
    "parallel_linear_attention",
    "parallel_normalised_linear_attention",
    "recurrent_linear_attention",
    "recurrent_normalised_linear_attention",
]
