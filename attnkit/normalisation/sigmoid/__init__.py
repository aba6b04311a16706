"""Sigmoid attention: each key is weighed by itself, and the weights need not sum to one."""

from attnkit.normalisation.sigmoid.sigmoid import sigmoid_attention, sigmoid_weights

__all__ = ["sigmoid_attention", "sigmoid_weights"]
