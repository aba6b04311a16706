"""Standardised weights against numpy, their sums and their covariance; every edge; the layer."""

import math

import numpy as np
import pytest
import torch

from attnkit.densities.probability_cage import (
    StandardisedAttention,
    standardised_attention,
    standardised_weights,
)
from attnkit.readout import read
from tests.densities.shared.every_edge import assert_edges, rows


def test_is_what_numpy_computes():
    scores = rows(3, 11)
    z = scores.numpy()
    wanted = 0.7 * (z - z.mean(-1, keepdims=True)) / (z.std(-1, keepdims=True) + 1e-3) + 0.2
    found = standardised_weights(scores, 0.7, 0.2)
    np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-12)


@pytest.mark.parametrize("n_keys", [1, 2, 13, 1009])
def test_they_sum_to_n_times_the_bias(n_keys):
    weights = standardised_weights(rows(5, n_keys), 1.3, 0.4)
    total = torch.full((5,), 0.4 * n_keys, dtype=torch.float64)
    torch.testing.assert_close(weights.sum(-1), total)


def test_their_squares_sum_to_n_times_the_gain_s_square():
    weights = standardised_weights(rows(5, 211), 1.3, epsilon=1e-12)
    total = torch.full((5,), 211 * 1.69, dtype=torch.float64)
    torch.testing.assert_close(weights.square().sum(-1), total)


def test_a_row_of_equal_scores_has_the_bias_and_a_slope_over_epsilon():
    scores = torch.full((2, 5), 3.0, dtype=torch.float64, requires_grad=True)
    weights = standardised_weights(scores, bias=0.3)
    torch.testing.assert_close(weights, torch.full_like(weights, 0.3))
    (slope,) = torch.autograd.grad(weights[:, 0].sum(), scores)
    wanted = torch.tensor([[800.0] + [-200.0] * 4] * 2, dtype=torch.float64)
    torch.testing.assert_close(slope, wanted)


def test_first_and_second_derivatives():
    leaves = [rows(2, 5), rows(2, 1, seed=1), rows(2, 1, seed=2)]
    leaves = [leaf.requires_grad_() for leaf in leaves]
    assert torch.autograd.gradcheck(standardised_weights, leaves)
    assert torch.autograd.gradgradcheck(standardised_weights, leaves)


def test_large_scores_do_not_overflow():
    scores = torch.tensor([[3e38, -3e38, 0.0]])
    wanted = torch.tensor([[1.5, -1.5, 0.0]]).div(math.sqrt(1.5))
    torch.testing.assert_close(standardised_weights(scores), wanted)
    half = torch.tensor([[6e4, -6e4, 0.0]], dtype=torch.float16)
    torch.testing.assert_close(standardised_weights(half), wanted.half())


def test_edges():
    assert_edges(standardised_weights)
    assert_edges(lambda scores, mask=None: standardised_weights(scores, 0.5, 0.3, mask=mask))


def test_any_dimension():
    scores = rows(3, 5, 7)
    moved = standardised_weights(scores.movedim(-1, 0), 1.2, 0.1, dim=0)
    torch.testing.assert_close(moved, standardised_weights(scores, 1.2, 0.1).movedim(-1, 0))


def inputs(dtype=torch.float64):
    return [rows(2, 3, 7, c, seed=c).to(dtype) for c in (5, 5, 11)]


def test_the_readout_is_a_covariance():
    queries, keys, values = inputs()
    keys[..., 1:, :] = rows(2, 3, 6, 5, seed=9)
    scores = queries @ keys.mT / math.sqrt(5)
    centred = scores - scores.mean(-1, keepdim=True)
    covariance = centred @ (values - values.mean(-2, keepdim=True))  # n times it
    deviation = scores.std(-1, keepdim=True, correction=0) + 1e-3
    wanted = covariance / deviation
    torch.testing.assert_close(standardised_attention(queries, keys, values), wanted)


def test_what_all_values_share_is_not_read():
    queries, keys, values = inputs()
    once = standardised_attention(queries, keys, values)
    torch.testing.assert_close(standardised_attention(queries, keys, values + 5.0), once)


def test_masked_keys_are_not_looked_at_and_each_head_has_its_own():
    queries, keys, values = inputs()
    gain = torch.tensor([0.5, 1.0, -2.0], dtype=torch.float64)[:, None, None]
    wanted = standardised_attention(queries, keys[..., :5, :], values[..., :5, :], gain=gain)
    keys[..., 5:, :], values[..., 5:, :] = math.nan, math.inf
    seen = torch.arange(7) < 5
    found = standardised_attention(queries, keys, values, gain=gain, mask=seen)
    torch.testing.assert_close(found, wanted)


def test_autocast_changes_nothing():
    single = inputs(torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = standardised_attention(*single)
    assert torch.equal(inside, standardised_attention(*single))


def test_the_layer_reads_then_normalises():
    layer = StandardisedAttention(3, 11).double()
    queries, keys, values = inputs()
    plain = read(queries, keys, values, standardised_weights)
    normed = torch.nn.functional.layer_norm(plain.movedim(-3, -2), (3, 11)).movedim(-2, -3)
    torch.testing.assert_close(layer(queries, keys, values), normed)
    layer(queries, keys, values)[..., 0].sum().backward()
    assert (layer.gain.grad != 0).all()
    assert layer.bias.grad.isfinite().all()
    with pytest.raises(ValueError, match=r"values must have 3 heads and 11 channels"):
        layer(queries, keys, queries)
