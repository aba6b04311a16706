"""Adaptive-scalable entmax against entmax of each row alone; its limits, and every edge."""

import math

import pytest
import torch
from torch.func import vmap

from attnkit.densities import entmax, softmax
from attnkit.diagnostics import support_size
from attnkit.length import asentmax_weights
from attnkit.length.asentmax import adaptive_scale

MINUS_INF = -math.inf
CAUSAL = torch.ones(7, 7, dtype=torch.bool).tril()


def rows(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


@pytest.mark.parametrize("alpha", [1.0, 1.3, 1.5, 2.0])
def test_each_row_is_entmax_at_the_scale_of_what_it_sees(alpha):
    scores = rows(2, 7, 7)
    weights = asentmax_weights(scores, 0.5, 1.5, alpha, mask=CAUSAL)
    for i in range(7):
        scale = 1 + 0.5 * math.log(i + 2) ** 1.5
        alone = entmax(scale * scores[:, i, : i + 1], alpha)
        torch.testing.assert_close(weights[:, i, : i + 1], alone)
    assert weights.masked_select(~CAUSAL).abs().max() == 0


def test_slope_zero_is_the_plain_map_and_power_zero_a_constant_temperature():
    scores = rows(5, 13)
    torch.testing.assert_close(asentmax_weights(scores, 0.0, 1.7), entmax(scores))
    for n in (2, 5, 13):
        part = scores[:, :n]
        torch.testing.assert_close(asentmax_weights(part, 0.7, 0.0), entmax(1.7 * part))
    torch.testing.assert_close(asentmax_weights(scores, 0.7, 0.0, 1.0), softmax(1.7 * scores))


def test_the_support_shrinks_as_the_scale_grows():
    scores = rows(31, 101)
    sizes = torch.stack(
        [support_size(asentmax_weights(scores, slope, 1.0)) for slope in (0, 0.5, 1, 2)]
    )
    assert (sizes.diff(dim=0) <= 0).all()
    assert (sizes[-1] < sizes[0]).any()


def test_the_sign_of_the_power_says_which_way_the_scale_goes():
    n = torch.tensor([1.0, 64.0, 1024.0, 262144.0], dtype=torch.float64)
    growing, still, shrinking = (adaptive_scale(n, 0.5, power) for power in (1.0, 0.0, -1.0))
    assert (growing.diff() > 0).all()
    assert still.tolist() == [1.5] * 4
    assert (shrinking.diff() < 0).all()
    assert shrinking.isfinite().all()


def test_scales_of_heads_and_queries_and_every_gradient():
    scores = rows(3, 5, 7, seed=4)
    slope, power = rows(3, 5, 1, seed=1).exp(), rows(3, 1, 1, seed=2)
    together = asentmax_weights(scores, slope, power)
    for h, q in ((0, 0), (2, 3)):
        alone = asentmax_weights(scores[h, q], slope[h, q, 0].item(), power[h, 0, 0].item())
        torch.testing.assert_close(together[h, q], alone)
    leaves = [leaf.requires_grad_() for leaf in (scores, slope, power)]
    mask = rows(5, 7, seed=3) > -2
    mask[1] = False
    assert torch.autograd.gradcheck(lambda *each: asentmax_weights(*each, mask=mask), leaves)


def test_rows_that_see_nothing_and_keys_of_minus_infinity():
    scores = rows(3, 7)
    scores[1], scores[2, 4:] = MINUS_INF, MINUS_INF
    leaf = scores.requires_grad_()
    slope = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    weights = asentmax_weights(leaf, slope, -1.0)
    weights.square().sum().backward()
    assert weights[1].tolist() == [0.0] * 7
    assert leaf.grad[1].tolist() == [0.0] * 7
    assert slope.grad.isfinite()
    torch.testing.assert_close(weights[2, :4], asentmax_weights(scores[2, :4].detach(), 0.5, -1.0))


def test_length_one_and_length_zero():
    assert asentmax_weights(torch.tensor([4.0]), 0.5, -2.0).tolist() == [1.0]
    assert asentmax_weights(torch.tensor(4.0), 0.5, 2.0).item() == 1.0
    assert asentmax_weights(torch.zeros(3, 0), 0.5, 1.0).shape == (3, 0)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_single(dtype):
    scores = torch.tensor([[6e4, -6e4, 5e4]]).to(dtype)
    weights = asentmax_weights(scores, 20.0, 2.0)
    assert weights.dtype == dtype
    assert weights.tolist() == [[1.0, 0.0, 0.0]]


def test_any_dimension_and_vmap():
    scores = rows(3, 5, 7)
    expected = asentmax_weights(scores, 0.5, 1.0)
    moved = asentmax_weights(scores.movedim(-1, 0), 0.5, 1.0, dim=0)
    torch.testing.assert_close(moved, expected.movedim(-1, 0))
    mapped = vmap(lambda row: asentmax_weights(row, 0.5, 1.0))(scores)
    torch.testing.assert_close(mapped, expected)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"scores": torch.tensor([math.nan])}, ValueError, "scores must hold finite .*nan"),
        ({"slope": math.inf}, ValueError, "slope must be .*inf"),
        ({"power": torch.ones(3, 5)}, ValueError, r"power must broadcast .*\(3, 1\).*\(3, 5\)"),
        ({"alpha": 0.5}, ValueError, "alpha must be in"),
        ({"mask": torch.zeros(3, 5)}, TypeError, "mask must"),
        ({"dim": 2}, ValueError, "dim must be in .*got 2"),
    ],
)
def test_wrong_input_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        asentmax_weights(**{"scores": torch.zeros(3, 5), "slope": 0.5, "power": 1.0} | arguments)
