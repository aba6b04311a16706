"""Performer: positive random features, whose products are the exponential kernel in the mean."""

from attnkit.linear_time.performer.attention import (
    parallel_performer_attention,
    performer_attention,
    recurrent_performer_attention,
)
from attnkit.linear_time.performer.bidirectional import bidirectional_performer_attention
from attnkit.linear_time.performer.directions import (
    independent_directions,
    orthogonal_directions,
)
from attnkit.linear_time.performer.features import hyperbolic_features, positive_features

__all__ = [
    "bidirectional_performer_attention",
    "hyperbolic_features",
    "independent_directions",
    "orthogonal_directions",
    "parallel_performer_attention",
    "performer_attention",
    "positive_features",
    "recurrent_performer_attention",
]
