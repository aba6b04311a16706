"""Right calls of explanations and of what compares them, for `tests.fuzz`."""

import torch

from attnkit.interpretation import (
    attention_rollout,
    gradient_norm,
    gradient_times_input,
    integrated_gradients,
    kendall_tau,
    leave_one_out,
    replace_one,
    top_agreement,
)
from tests.fuzz import Call


def squares(inputs):
    return (inputs**2).sum()


def given():
    return {"score": squares, "inputs": torch.randn(5, 3)}


def rows():
    return {"first": torch.randn(3, 5), "second": torch.randn(3, 5)}


CALLS = [
    # A row of equal entries has no order: documented.
    Call(kendall_tau, rows, means={"first": {"zero"}, "second": {"zero"}}),
    Call(top_agreement, lambda: {**rows(), "n_top": 2}),
    Call(gradient_norm, given),
    Call(gradient_times_input, given),
    Call(integrated_gradients, lambda: {**given(), "baseline": torch.zeros(1, 3), "n_steps": 3}),
    Call(leave_one_out, given),
    Call(replace_one, lambda: {**given(), "substitute": torch.zeros(3)}),
    Call(attention_rollout, lambda: {"weights": torch.rand(2, 3, 5, 5)}),
]
