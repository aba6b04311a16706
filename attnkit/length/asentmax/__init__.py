"""Adaptive-scalable entmax: a sparse map whose scale each query chooses as the row grows."""

from attnkit.length.asentmax.asentmax import adaptive_scale, asentmax_weights
from attnkit.length.asentmax.layer import ASEntmax

__all__ = ["ASEntmax", "adaptive_scale", "asentmax_weights"]
