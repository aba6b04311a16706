"""Scalable softmax: scores grow with the logarithm of the row, so that a lead keeps its weight."""

from attnkit.length.ssmax.layer import SSMax
from attnkit.length.ssmax.ssmax import ssmax_attention, ssmax_weights

__all__ = ["SSMax", "ssmax_attention", "ssmax_weights"]
