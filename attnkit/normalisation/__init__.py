"""Must the weights sum to one, and where does unwanted attention go?"""

from attnkit.normalisation.sigmoid import sigmoid_attention, sigmoid_weights

__all__ = ["sigmoid_attention", "sigmoid_weights"]
