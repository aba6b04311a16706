"""Elastic weights against a loop, softmax, and sums known by other means."""

import math

import pytest
import torch

from attnkit.densities import softmax
from attnkit.normalisation import elastic_softmax
from tests.normalisation.shared.edges import EdgesByDimension, rows


class TestEdges(EdgesByDimension):
    function = staticmethod(elastic_softmax)


def plain(row, offset):
    """One key after another, in Python numbers."""
    seen = [z for z in row if z > -math.inf]
    total = sum(math.exp(z) for z in seen)
    return [max(0.0, math.exp(z) / total + offset / len(seen)) for z in row]


@pytest.mark.parametrize("offset", [-2.5, -1.0, -0.3, 0.0, 0.7])
def test_equals_the_plain_loop(offset):
    scores = rows(3, 7)
    wanted = torch.tensor([plain(row, offset) for row in scores.tolist()], dtype=torch.float64)
    torch.testing.assert_close(elastic_softmax(scores, offset), wanted, rtol=1e-13, atol=1e-16)


def test_without_offset_it_is_softmax():
    scores = rows(3, 7)
    assert torch.equal(elastic_softmax(scores, 0.0), softmax(scores))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_row_of_equal_scores_is_exactly_nothing(dtype):
    for n_keys in (1, 2, 3, 7, 49, 1009):
        assert elastic_softmax(torch.full((n_keys,), 0.3, dtype=dtype)).tolist() == [0.0] * n_keys


def test_what_is_left_is_the_total_variation_from_equal_shares():
    scores = rows(5, 11)
    away = (softmax(scores) - 1 / 11).abs().sum(-1) / 2
    torch.testing.assert_close(elastic_softmax(scores).sum(-1), away)


def test_a_negative_offset_only_takes_and_never_reorders():
    scores = rows(13, 7)
    weights, shares = elastic_softmax(scores, -0.8), softmax(scores)
    assert (weights <= shares).all()
    order = shares.argsort(-1)
    assert (weights.gather(-1, order).diff(dim=-1) >= 0).all()
    kept = weights > 0
    torch.testing.assert_close(weights[kept], (shares - 0.8 / 7)[kept])


def test_a_positive_offset_does_not_leak_to_masked_keys():
    causal = torch.ones(5, 5, dtype=torch.bool).tril()
    weights = elastic_softmax(rows(5, 5), 1.0, mask=causal)
    assert (weights[~causal] == 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.full((5,), 2.0, dtype=torch.float64))


def test_the_first_causal_row_attends_to_nothing():
    weights = elastic_softmax(rows(5, 5), mask=torch.ones(5, 5, dtype=torch.bool).tril())
    assert weights[0].abs().max() == 0
    assert (weights[1:].sum(-1) > 0).all()


def test_one_offset_a_head_has_its_gradient_and_none_where_all_is_zero():
    scores, offset = rows(2, 3, 5), torch.tensor([[[-1.0]], [[0.5]]], dtype=torch.float64)
    both = elastic_softmax(scores, offset)
    torch.testing.assert_close(both[1], elastic_softmax(scores[1], 0.5))
    leaf = offset.clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda tau: elastic_softmax(scores, tau), leaf)
    dead = torch.tensor(-1.0, requires_grad=True)
    elastic_softmax(torch.zeros(7), dead).sum().backward()
    assert dead.grad.item() == 0


@pytest.mark.parametrize(
    ("offset", "error", "message"),
    [
        (math.nan, ValueError, "offset must be .*nan"),
        (torch.zeros(2), ValueError, r"offset must broadcast to the shape \(3, 5\), got \(2,\)"),
        (torch.zeros(5).long(), TypeError, "offset must"),
    ],
)
def test_a_wrong_offset_is_named(offset, error, message):
    with pytest.raises(error, match=message):
        elastic_softmax(torch.zeros(3, 5), offset)
