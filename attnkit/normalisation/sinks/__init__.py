"""Attention sinks: where a head puts the weight that it has no use for, and what relieves it."""

from attnkit.normalisation.sinks.key_bias import KeyBias, key_bias_attention
from attnkit.normalisation.sinks.normalised_sigmoid import normalised_sigmoid
from attnkit.normalisation.sinks.null_slot import softmax_plus_one
from attnkit.normalisation.sinks.share import lone_share

__all__ = ["KeyBias", "key_bias_attention", "lone_share", "normalised_sigmoid", "softmax_plus_one"]
