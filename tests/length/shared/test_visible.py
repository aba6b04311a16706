"""Visible keys and scaled scores against a loop in Python numbers, at every edge of their input."""

import math

import pytest
import torch
from torch.func import vmap

from attnkit.length.shared.visible import (
    scaled_scores,
    scaled_softmax,
)

MINUS_INF = -math.inf


def rows(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def by_log(n):
    return 0.7 * n.log()


def plain(row, mask):
    """One row, one key after another."""
    seen = [m and z > MINUS_INF for z, m in zip(row, mask, strict=True)]
    scale = 0.7 * math.log(max(sum(seen), 1))
    powers = [math.exp(scale * z) if s else 0.0 for z, s in zip(row, seen, strict=True)]
    return [power / (sum(powers) or 1.0) for power in powers]


def masked_rows():
    scores, mask = rows(5, 11), rows(5, 11, seed=1) > -1
    scores[1, 3], mask[2] = MINUS_INF, False
    return scores, mask


def test_weights_equal_the_plain_loop():
    scores, mask = masked_rows()
    wanted = [plain(*row) for row in zip(scores.tolist(), mask.tolist(), strict=True)]
    wanted = torch.tensor(wanted, dtype=torch.float64)
    torch.testing.assert_close(scaled_softmax(scores, by_log, mask), wanted)
    no_infinity = scores.clamp_min(-9)
    wanted = [plain(*row) for row in zip(no_infinity.tolist(), mask.tolist(), strict=True)]
    wanted = torch.tensor(wanted, dtype=torch.float64)
    torch.testing.assert_close(scaled_softmax(no_infinity, by_log, mask), wanted)


def test_the_short_way_and_the_careful_one_agree():
    scores, mask = rows(3, 5, 11), rows(5, 11, seed=1) > -1
    short = scaled_softmax(scores, by_log, mask)
    padded = torch.cat([scores, torch.full_like(scores[:1], MINUS_INF)])
    careful = scaled_softmax(padded, by_log, mask)[:3]
    torch.testing.assert_close(short, careful)
    mapped = vmap(lambda row: scaled_softmax(row, by_log, mask))(scores)
    torch.testing.assert_close(short, mapped)


@pytest.mark.parametrize("spoilt", [0.0, MINUS_INF, math.nan])
def test_gradients_of_scores_and_scale_under_a_mask(spoilt):
    scores, mask = rows(5, 7), rows(5, 7, seed=1) > -1
    scores[~mask] = spoilt
    mask[3] = False
    seen = scores[mask].requires_grad_()

    def weights(seen, s):
        return scaled_softmax(scores.masked_scatter(mask, seen), lambda n: s * n.log(), mask)

    s = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(weights, (seen, s))
    assert torch.autograd.gradgradcheck(weights, (seen, s))


@pytest.mark.parametrize("mask", [None, torch.zeros(7, dtype=torch.bool)])
def test_rows_that_see_nothing_give_zeros_with_zero_gradient(mask):
    scores = rows(5, 7)
    scores[2] = MINUS_INF
    leaf = scores.requires_grad_()
    s = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    weights = scaled_softmax(leaf, lambda n: s * n.log(), mask)
    weights.square().sum().backward()
    dark = torch.ones(5, dtype=torch.bool) if mask is not None else torch.arange(5) == 2
    assert weights[dark].abs().max() == 0
    assert leaf.grad[dark].abs().max() == 0
    assert s.grad.isfinite()


def test_huge_scores_do_not_overflow():
    scores = torch.tensor([[3e38, -3e38, 2.9e38]], requires_grad=True)
    weights = scaled_softmax(scores, lambda n: 7.0 * n)
    weights.sum().backward()
    assert weights.tolist() == [[1.0, 0.0, 0.0]]
    assert scores.grad.tolist() == [[0.0, 0.0, 0.0]]


def test_the_largest_scale_of_the_largest_plain_score_does_not_overflow():
    scores = torch.tensor([[0.99e30, -0.99e30, 0.0]])
    weights = scaled_softmax(scores, lambda n: 1e6 * (1e6 * n).log())
    assert weights.tolist() == [[1.0, 0.0, 0.0]]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_single(dtype):
    scores = (200 * rows(3, 13)).to(dtype)
    assert scaled_scores(scores, by_log).dtype == torch.float32
    weights = scaled_softmax(scores, lambda n: 1e4 * n)
    assert weights.dtype == dtype
    assert torch.equal(weights.sum(-1), torch.ones(3, dtype=dtype))


def test_a_scale_of_zero_is_uniform_over_what_is_seen():
    scores = torch.tensor([2.0, MINUS_INF, -1.0])
    assert scaled_softmax(scores, lambda n: 0 * n).tolist() == [0.5, 0.0, 0.5]


def test_no_keys_no_rows_and_a_single_number():
    for shape in ((3, 0), (0, 3), (0,)):
        assert scaled_softmax(torch.zeros(shape), by_log).shape == shape
        assert scaled_scores(torch.zeros(shape), by_log).shape == shape
    assert scaled_softmax(torch.tensor(5.0), by_log).item() == 1.0


def test_what_is_not_finite_is_refused_where_it_is_seen():
    mask = torch.tensor([True, False])
    for bad in (math.nan, math.inf):
        scores = torch.tensor([0.0, bad])
        assert scaled_softmax(scores, by_log, mask).tolist() == [1.0, 0.0]
        with pytest.raises(ValueError, match="scores must hold finite"):
            scaled_softmax(scores, by_log)
    with pytest.raises(ValueError, match=r"mask must broadcast .*\(3,\)"):
        scaled_softmax(scores, by_log, torch.ones(3, dtype=torch.bool))
    with pytest.raises(ValueError, match="dim must be in"):
        scaled_softmax(scores, by_log, dim=1)
