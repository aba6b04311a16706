"""Right calls of weight shift, for `tests.fuzz`."""

import torch

from attnkit.icl.weight_shift import data_shift, softmax_regression, weight_step
from tests.fuzz import Call


def inputs():
    return {"data": torch.randn(3, 7, 5), "weights": torch.randn(3, 5)}


CALLS = [
    Call(softmax_regression, inputs),
    Call(weight_step, lambda: inputs() | {"targets": torch.rand(3, 7), "rate": 0.5}),
    Call(data_shift, lambda: inputs() | {"step": torch.randn(3, 5)}),
]
