"""A learned alpha against entmax, finite differences and its limit at one; every edge."""

import math

import pytest
import torch

from attnkit.densities import entmax, softmax
from attnkit.densities.adaptively_sparse import AdaptiveEntmax, adaptive_weights
from tests.densities.shared.every_edge import assert_edges, rows


@pytest.mark.parametrize("a", [-3.0, -0.2, 0.0, 2.5])
def test_is_entmax_at_one_plus_the_sigmoid(a):
    scores = rows(5, 13)
    wanted = entmax(scores, 1 + 1 / (1 + math.exp(-a)))
    torch.testing.assert_close(adaptive_weights(scores, a), wanted)
    each = torch.full((5, 1), a, dtype=torch.float64)
    torch.testing.assert_close(adaptive_weights(scores, each), wanted)


def test_the_ends_are_softmax_and_sparsemax():
    scores = rows(5, 13)
    torch.testing.assert_close(adaptive_weights(scores, -800.0), softmax(scores))
    torch.testing.assert_close(adaptive_weights(scores, 800.0), entmax(scores, 2.0))


def test_first_and_second_derivatives():
    scores = rows(3, 5).requires_grad_()
    a = torch.tensor([[-2.0], [0.3], [2.0]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(adaptive_weights, (scores, a))
    assert torch.autograd.gradgradcheck(adaptive_weights, (scores, a))


def test_at_alpha_one_the_slope_is_its_limit():
    """Against the formula, and against the quotient of differences at alphas near one."""
    scores = rows(7)
    slope = torch.func.jacrev(lambda alpha: entmax(scores, alpha[None]))(
        torch.ones((), dtype=torch.float64)
    )
    p, logs = scores.softmax(-1), scores.log_softmax(-1)
    wanted = -p * (logs**2 - (p * logs**2).sum()) / 2
    torch.testing.assert_close(slope, wanted)
    step = 1e-4
    ahead = [entmax(scores, 1 + k * step) for k in range(3)]
    quotient = (-3 * ahead[0] + 4 * ahead[1] - ahead[2]) / (2 * step)
    torch.testing.assert_close(slope, quotient, atol=1e-6, rtol=0)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("start", [-1e4, -40.0, -17.0, 0.0, 17.0, 40.0, 1e4])
def test_no_number_is_too_large_for_a_head_to_learn_from(start, dtype):
    layer = AdaptiveEntmax(2).to(dtype)
    layer.a.data.fill_(start)
    scores = rows(2, 5, 7, dtype=dtype)
    scores[:, 0] = -math.inf
    weights = layer(scores)
    assert (layer.alpha >= 1).all()
    assert (layer.alpha <= 2).all()
    (weights.double()[..., 0].square().sum() * 1e3).backward()
    assert layer.a.grad.isfinite().all()
    assert (layer.a.grad != 0).all()


def test_alpha_is_not_rounded_to_half_precision():
    layer = AdaptiveEntmax(1, start=1.003).to(torch.bfloat16)
    assert layer.alpha.dtype == torch.float32
    assert layer.alpha.item() == pytest.approx(1.003, abs=1e-4)  # bfloat16 has 1 and 1.0078


def test_the_layer_starts_where_it_is_told_and_each_head_learns_alone():
    layer = AdaptiveEntmax(3, start=1.25).double()
    scores, mask = rows(2, 3, 5, 5), torch.ones(5, 5, dtype=torch.bool).tril()
    assert layer.alpha.tolist() == pytest.approx([1.25] * 3)
    torch.testing.assert_close(layer(scores, mask), entmax(scores, 1.25, mask=mask))
    layer(scores, mask)[:, 1, :, 0].sum().backward()
    assert layer.a.grad[1] != 0
    assert layer.a.grad[[0, 2]].tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match=r"scores must have 3 heads .* got shape \(2, 5, 7\)"):
        layer(rows(2, 5, 7))
    with pytest.raises(ValueError, match="start must be in"):
        AdaptiveEntmax(3, start=2.0)


def test_rows_that_attend_nothing_teach_a_head_nothing():
    layer = AdaptiveEntmax(2)
    weights = layer(rows(2, 5, 7, dtype=torch.float32), torch.tensor([[[True]], [[False]]]))
    weights[..., 0].square().sum().backward()
    assert layer.a.grad[0] != 0
    assert layer.a.grad[1] == 0


def test_edges():
    assert_edges(adaptive_weights)
    assert_edges(lambda z, mask=None: adaptive_weights(z, torch.tensor(-0.7), mask=mask))
