"""Attention entropy maximisation: a bag's label is not to rest on one instance."""

from attnkit.concentration.aem.pooling import GatedPooling, negative_attention_entropy

__all__ = ["GatedPooling", "negative_attention_entropy"]
