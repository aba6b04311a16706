"""Weights that maximise expected score less a norm of the weights."""

from attnkit.densities.normmax.normmax import normmax_weights

__all__ = ["normmax_weights"]
