"""Scalable softmax against powers of n, softmax, and each row alone; at every edge."""

import math

import pytest
import torch
from torch.func import jacrev, vmap

from attnkit.densities import softmax
from attnkit.length import ssmax_weights

MINUS_INF = -math.inf
CAUSAL = torch.ones(7, 7, dtype=torch.bool).tril()


def rows(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def test_is_the_share_of_a_power_of_n():
    scores = rows(3, 11)
    for row, weights in zip(scores.tolist(), ssmax_weights(scores, 0.43), strict=True):
        powers = [11 ** (0.43 * z) for z in row]
        wanted = torch.tensor([p / sum(powers) for p in powers], dtype=torch.float64)
        torch.testing.assert_close(weights, wanted, rtol=1e-13, atol=0)


@pytest.mark.parametrize("n_keys", [2, 3, 13, 1009])
def test_is_softmax_where_s_log_n_is_one(n_keys):
    scores = rows(5, n_keys)
    torch.testing.assert_close(ssmax_weights(scores, 1 / math.log(n_keys)), softmax(scores))


def test_each_causal_row_has_the_length_that_it_sees():
    scores = rows(2, 7, 7)
    weights = ssmax_weights(scores, 0.43, mask=CAUSAL)
    for i in range(7):
        alone = ssmax_weights(scores[:, i, : i + 1], 0.43)
        torch.testing.assert_close(weights[:, i, : i + 1], alone)
    assert (weights[:, 0, 0] == 1).all()
    assert weights.masked_select(~CAUSAL).abs().max() == 0


def test_a_key_of_minus_infinity_is_not_counted():
    scores = rows(3, 7)
    padded = torch.cat([scores, torch.full((3, 5), MINUS_INF, dtype=torch.float64)], -1)
    torch.testing.assert_close(ssmax_weights(padded, 0.43)[:, :7], ssmax_weights(scores, 0.43))


def test_a_constant_in_the_scores_changes_nothing():
    scores = rows(3, 7)
    torch.testing.assert_close(ssmax_weights(scores + 5.0, 0.43), ssmax_weights(scores, 0.43))


def test_a_scale_for_each_head_and_its_gradient():
    scores, scale = rows(3, 5, 7), torch.tensor([0.1, 0.4, 0.9], dtype=torch.float64)
    together = ssmax_weights(scores, scale[:, None, None])
    apart = [ssmax_weights(head, s) for head, s in zip(scores, scale.tolist(), strict=True)]
    torch.testing.assert_close(together, torch.stack(apart))
    leaves = scores.requires_grad_(), scale[:, None, None].requires_grad_()
    assert torch.autograd.gradcheck(ssmax_weights, leaves)
    assert torch.autograd.gradgradcheck(ssmax_weights, leaves)


def test_derivative_is_softmaxs_times_the_scale():
    scores = rows(5)
    p, factor = ssmax_weights(scores, 0.43), 0.43 * math.log(5)
    wanted = factor * (p.diag() - p.outer(p))
    torch.testing.assert_close(jacrev(lambda z: ssmax_weights(z, 0.43))(scores), wanted)


def test_any_dimension():
    scores = rows(3, 5, 7)
    expected = ssmax_weights(scores, 0.43)
    for dim in (0, 1, 2, -3):
        moved = ssmax_weights(scores.movedim(-1, dim), 0.43, dim=dim)
        torch.testing.assert_close(moved, expected.movedim(-1, dim))


def test_a_negative_scale_turns_the_order_round():
    scores = rows(3, 7)
    torch.testing.assert_close(ssmax_weights(scores, -0.43), ssmax_weights(-scores, 0.43))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_does_not_overflow(dtype):
    scores = torch.tensor([[6e4, -6e4, 5e4]]).to(dtype)
    weights = ssmax_weights(scores, torch.tensor(3.0, dtype=dtype))
    assert weights.dtype == dtype
    assert weights.tolist() == [[1.0, 0.0, 0.0]]


def test_vmap_equals_the_batched_call():
    scores, masks = rows(5, 7), rows(5, 7, seed=1) > -1
    mapped = vmap(lambda row, mask: ssmax_weights(row, 0.43, mask=mask))(scores, masks)
    torch.testing.assert_close(mapped, ssmax_weights(scores, 0.43, mask=masks))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"scores": torch.zeros(3, dtype=torch.int64)}, TypeError, "scores must .*int64"),
        ({"scores": torch.tensor([math.nan])}, ValueError, "scores must hold finite .*nan"),
        ({"scale": math.inf}, ValueError, "scale must be .*inf"),
        ({"scale": torch.ones(3, 5)}, ValueError, r"scale must broadcast .*\(3, 1\).*\(3, 5\)"),
        ({"mask": torch.zeros(3, 5)}, TypeError, "mask must"),
        ({"dim": 2}, ValueError, "dim must be in .*got 2"),
    ],
)
def test_wrong_input_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        ssmax_weights(**{"scores": torch.zeros(3, 5), "scale": 0.43} | arguments)
