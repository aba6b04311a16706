"""Gated attention: what a head has read is multiplied by a gate that the query's token sets."""

from attnkit.normalisation.gated.gated import gated_attention, gated_weights
from attnkit.normalisation.gated.layer import GatedAttention

__all__ = ["GatedAttention", "gated_attention", "gated_weights"]
