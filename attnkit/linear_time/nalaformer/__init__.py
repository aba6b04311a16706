"""NaLaFormer: the power of a query's direction grows with the norm that linear attention loses."""

from attnkit.linear_time.nalaformer.attention import bidirectional_nala_attention, nala_attention
from attnkit.linear_time.nalaformer.features import (
    nala_key_features,
    nala_query_features,
    nala_weights,
)
from attnkit.linear_time.nalaformer.forms import parallel_nala_attention, recurrent_nala_attention
from attnkit.linear_time.nalaformer.rotation import rotated_nala_weights

__all__ = [
    "bidirectional_nala_attention",
    "nala_attention",
    "nala_key_features",
    "nala_query_features",
    "nala_weights",
    "parallel_nala_attention",
    "recurrent_nala_attention",
    "rotated_nala_weights",
]
