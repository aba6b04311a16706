"""Affine-scaled weights against the paper's own form, a loop, and sums known beforehand."""

import math
from types import MappingProxyType

import pytest
import torch

from attnkit.densities import softmax
from attnkit.normalisation import affine_weights
from tests.normalisation.shared.edges import EdgesByDimension, rows


class TestEdges(EdgesByDimension):
    function = staticmethod(affine_weights)
    settings = MappingProxyType({"scale": 0.8, "mean_scale": 0.3})


def plain(row, scale, mean_scale, n):
    """Equations 6 to 9 of the paper, one key after another."""
    total = sum(math.exp(z) for z in row)
    return [scale * math.exp(z) / total + (mean_scale - scale) / n for z in row]


def test_equals_the_plain_loop():
    scores, scale, mean_scale = rows(3, 7), rows(3, 1, seed=1), rows(1, 1, seed=2)
    wanted = [
        plain(row, a.item(), mean_scale.item(), 7)
        for row, a in zip(scores.tolist(), scale, strict=True)
    ]
    weights = affine_weights(scores, scale, mean_scale)
    torch.testing.assert_close(weights, torch.tensor(wanted, dtype=torch.float64))


def test_at_one_and_one_it_is_softmax():
    scores, mask = rows(3, 7), rows(3, 7, seed=1) > 0
    weights = affine_weights(scores, 1.0, 1.0, mask=mask)
    torch.testing.assert_close(weights, softmax(scores, mask=mask))


def test_a_row_sums_to_the_mean_scale_whatever_its_own():
    mask = torch.ones(5, 5, dtype=torch.bool).tril()
    for scale in (rows(5, 1, seed=1), 0.0, 7.0):
        sums = affine_weights(rows(5, 5), scale, 0.3, mask=mask).sum(-1)
        torch.testing.assert_close(sums, torch.full((5,), 0.3, dtype=torch.float64))


def test_with_one_length_for_all_a_causal_rows_sum_depends_on_its_place():
    mask = torch.ones(5, 5, dtype=torch.bool).tril()
    sums = affine_weights(rows(5, 5), 0.9, 0.3, length=5, mask=mask).sum(-1)
    wanted = 0.9 + torch.arange(1, 6, dtype=torch.float64) / 5 * (0.3 - 0.9)
    torch.testing.assert_close(sums, wanted)


def test_a_scale_of_zero_is_a_mean_and_equal_scores_are_one_whatever_the_scale():
    for scores, scale in ((rows(3, 7), 0.0), (torch.zeros(3, 7, dtype=torch.float64), 2.5)):
        weights = affine_weights(scores, scale, 0.4)
        torch.testing.assert_close(weights, torch.full_like(weights, 0.4 / 7))


def test_no_weight_is_negative_where_the_scale_is_at_most_the_mean():
    scores, scale = rows(101, 7), rows(101, 1, seed=1).abs()
    weights = affine_weights(scores, scale, 0.8)
    negative = (weights < 0).any(-1)
    tame = scale[:, 0] <= 0.8
    assert not negative[tame].any()
    assert negative[~tame].float().mean() > 0.5
    below = softmax(scores) < (1 - 0.8 / scale) / 7
    assert torch.equal(weights < 0, below)


def test_gradients_of_the_scales():
    leaves = [rows(3, 5), rows(3, 1, seed=1), rows(3, 1, seed=2)]
    leaves = [leaf.requires_grad_() for leaf in leaves]
    assert torch.autograd.gradcheck(affine_weights, leaves)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scale": math.inf}, "scale must be .*inf"),
        ({"scale": torch.zeros(5)}, r"scale must broadcast to the shape \(3, 1\), got \(5,\)"),
        ({"mean_scale": torch.zeros(3, 5)}, "mean_scale must broadcast"),
        ({"length": 0}, "length must be in .*0"),
    ],
)
def test_wrong_input_is_named(arguments, message):
    given = {"scores": torch.zeros(3, 5), "scale": 1.0, "mean_scale": 1.0}
    with pytest.raises(ValueError, match=message):
        affine_weights(**given | arguments)
