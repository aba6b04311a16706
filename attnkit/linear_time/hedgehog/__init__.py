"""Hedgehog: positive features of a learned projection, taught to imitate a head's softmax rows."""

from attnkit.linear_time.hedgehog.attention import (
    hedgehog_attention,
    parallel_hedgehog_attention,
    recurrent_hedgehog_attention,
)
from attnkit.linear_time.hedgehog.bidirectional import bidirectional_hedgehog_attention
from attnkit.linear_time.hedgehog.features import (
    exponential_features,
    joint_softmax_features,
    signed_softmax_features,
)
from attnkit.linear_time.hedgehog.learned import LearnedMaps
from attnkit.linear_time.hedgehog.teaching import distil, imitation_loss

__all__ = [
    "LearnedMaps",
    "bidirectional_hedgehog_attention",
    "distil",
    "exponential_features",
    "hedgehog_attention",
    "imitation_loss",
    "joint_softmax_features",
    "parallel_hedgehog_attention",
    "recurrent_hedgehog_attention",
    "signed_softmax_features",
]
