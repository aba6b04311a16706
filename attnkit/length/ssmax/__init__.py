"""Scalable softmax: scores grow with the logarithm of the row, so that a lead keeps its weight."""

from attnkit.length.ssmax.layer import SSMax
from attnkit.length.ssmax.ssmax import ssmax, ssmax_attention
from attnkit.length.ssmax.theory.laws import (
    dispersed_entropy,
    freezing_spread,
    log_partition,
    needle_above_all,
    needle_among_equals,
    needle_in_noise,
)
from attnkit.length.ssmax.theory.quadrature import mean_entropy, mean_needle_weight

__all__ = [
    "SSMax",
    "dispersed_entropy",
    "freezing_spread",
    "log_partition",
    "mean_entropy",
    "mean_needle_weight",
    "needle_above_all",
    "needle_among_equals",
    "needle_in_noise",
    "ssmax",
    "ssmax_attention",
]
