"""Entmax with the threshold of another row: weights that need no sum."""

from attnkit.densities.alpha_relu.alpha_relu import alpha_relu_weights

__all__ = ["alpha_relu_weights"]
