"""Entmax whose alpha each head learns."""

from attnkit.densities.adaptively_sparse.adaptive import AdaptiveEntmax, adaptive_weights

__all__ = ["AdaptiveEntmax", "adaptive_weights"]
