"""What a head remembers: linear attention as a memory that is written and probed."""

from attnkit.memory.associative_recall import recall_sequences
from attnkit.memory.based import (
    Based,
    based_attention,
    centred_taylor_attention,
    taylor_attention,
    window_attention,
)
from attnkit.memory.delta import delta_rule
from attnkit.memory.feature_maps import SharpMap, elu_plus_one, relu_features, taylor_features
from attnkit.memory.linear import linear_attention, normalised_linear_attention
from attnkit.memory.momentum import momentum_rule

__all__ = [
    "Based",
    "SharpMap",
    "based_attention",
    "centred_taylor_attention",
    "delta_rule",
    "elu_plus_one",
    "linear_attention",
    "momentum_rule",
    "normalised_linear_attention",
    "recall_sequences",
    "relu_features",
    "taylor_attention",
    "taylor_features",
    "window_attention",
]
