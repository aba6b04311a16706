"""Weight shift: a change of the prompt does to a prediction what a step of the weights does."""

from attnkit.icl.weight_shift.shift import data_shift, softmax_regression, weight_step

__all__ = ["data_shift", "softmax_regression", "weight_step"]
