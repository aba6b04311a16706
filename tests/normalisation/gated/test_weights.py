"""Gated weights against softmax with one more key, and what the gate alone decides."""

import math

import pytest
import torch

from attnkit.densities import softmax
from attnkit.normalisation import gated_weights
from tests.normalisation.shared.edges import EdgesByDimension, rows


class TestEdges(EdgesByDimension):
    function = staticmethod(gated_weights)


@pytest.mark.parametrize("gate", [-3.0, 0.0, 1.7])
def test_a_gate_is_one_more_key_of_value_zero(gate):
    scores = rows(3, 7)
    silent = scores.logsumexp(-1, keepdim=True) - gate
    with_one_more = softmax(torch.cat([scores, silent], -1))
    torch.testing.assert_close(gated_weights(scores, gate), with_one_more[..., :-1])


def test_a_row_sums_to_the_logistic_function_of_its_gate():
    gate = rows(5, 1, seed=1)
    mask = rows(5, 7, seed=2) > -1
    sums = gated_weights(rows(5, 7), gate, mask=mask).sum(-1, keepdim=True)
    torch.testing.assert_close(sums, 1 / (1 + (-gate).exp()))


def test_gates_along_another_dimension_and_of_fewer_dimensions():
    scores, gate = rows(3, 7, 5), rows(5, seed=1)
    weights = gated_weights(scores, gate, dim=1)
    torch.testing.assert_close(weights, torch.sigmoid(gate) * scores.softmax(1))
    torch.testing.assert_close(
        gated_weights(scores, gate[0]), gated_weights(scores, gate[0].item())
    )


def test_gradient_of_the_gate():
    scores, gate = rows(3, 5), rows(3, 1, seed=1).requires_grad_()
    assert torch.autograd.gradcheck(lambda g: gated_weights(scores, g), gate)


@pytest.mark.parametrize(
    ("gate", "error", "message"),
    [
        (math.nan, ValueError, "gate must be .*nan"),
        (torch.zeros(5), ValueError, r"gate must broadcast to the shape \(3, 1\), got \(5,\)"),
        (torch.zeros(2, 3, 1), ValueError, "gate must broadcast"),
        (torch.zeros(3, 1).long(), TypeError, "gate must"),
    ],
)
def test_a_wrong_gate_is_named(gate, error, message):
    with pytest.raises(error, match=message):
        gated_weights(torch.zeros(3, 5), gate)
