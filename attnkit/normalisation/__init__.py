"""Must the weights sum to one, and where does unwanted attention go?"""

from attnkit.normalisation.act import calibrate_sinks, calibrated_weights
from attnkit.normalisation.affine import affine_weights
from attnkit.normalisation.elastic import elastic_attention, elastic_softmax
from attnkit.normalisation.gated import GatedAttention, gated_attention, gated_weights
from attnkit.normalisation.sigmoid import sigmoid_attention, sigmoid_weights
from attnkit.normalisation.sinks import KeyBias, key_bias_attention, softmax_plus_one

__all__ = [
    "GatedAttention",
    "KeyBias",
    "affine_weights",
    "calibrate_sinks",
    "calibrated_weights",
    "elastic_attention",
    "elastic_softmax",
    "gated_attention",
    "gated_weights",
    "key_bias_attention",
    "sigmoid_attention",
    "sigmoid_weights",
    "softmax_plus_one",
]
