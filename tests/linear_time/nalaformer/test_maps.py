"""NaLaFormer's maps and weights against sums in Python; norms, zeros, precision, refusals."""

import math

import pytest
import torch

from attnkit.linear_time import nala_key_features, nala_query_features, nala_weights
from attnkit.linear_time.nalaformer import rotated_nala_weights


def rows(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def by_hand(query, key, power=3.0):
    """The product of features of one query and one key, coordinate by coordinate."""
    norm = math.sqrt(sum(x * x for x in query))
    exponent = power * (0.5 + math.tanh(norm))
    pairs = zip(query, key, strict=True)
    return sum((abs(a) / norm) ** exponent * abs(b) ** power for a, b in pairs if a * b > 0)


@pytest.mark.parametrize("power", [1.0, 3.0, 4.5])
def test_the_kernel_is_that_of_the_formula(power):
    q, k = rows(5, 7), rows(11, 7, seed=1)
    products = nala_query_features(q, power) @ nala_key_features(k, power).mT
    wanted = [[by_hand(a, b, power) for b in k.tolist()] for a in q.tolist()]
    torch.testing.assert_close(products, torch.tensor(wanted, dtype=torch.float64))
    weights = torch.tensor(wanted, dtype=torch.float64)
    torch.testing.assert_close(nala_weights(q, k, power), weights / weights.sum(-1, keepdim=True))


def test_features_of_a_query_lie_between_zero_and_one_and_norms_of_keys_stay():
    q, k = 5 * rows(13, 7), rows(13, 7, seed=1)
    features = nala_query_features(q)
    assert features.min() == 0
    assert features.max() <= 1
    torch.testing.assert_close(nala_key_features(2 * k), 8 * nala_key_features(k))
    torch.testing.assert_close(nala_weights(q, 2 * k), nala_weights(q, k))


def test_a_long_query_is_sharper_up_to_where_tanh_ends():
    q, k = rows(1, 7), rows(11, 7, seed=1)
    q = q / q.norm()
    highest = [nala_weights(norm * q, k).max().item() for norm in (0.1, 0.5, 1.0, 2.0)]
    assert highest == sorted(highest)
    torch.testing.assert_close(nala_weights(20 * q, k), nala_weights(1e9 * q, k))


def test_a_query_of_zeros_reads_nothing_and_has_no_gradient():
    q = torch.zeros(3, 7, dtype=torch.float64, requires_grad=True)
    k = rows(5, 7).requires_grad_()
    weights = nala_weights(q, k)
    assert not weights.any()
    slopes = torch.autograd.grad(weights.square().sum() + weights.sum(), (q, k))
    assert not any(slope.any() or slope.isnan().any() for slope in slopes)


@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_squares_of_a_norm_neither_vanish_nor_overflow(size):
    q = rows(5, 7, dtype=torch.float32)
    wanted = nala_query_features(size * q.double())
    torch.testing.assert_close(nala_query_features(size * q).double(), wanted, atol=1e-5, rtol=1e-5)


def test_a_key_that_shares_no_sign_gets_nothing():
    q, k = torch.ones(1, 3, dtype=torch.float64), -torch.eye(3, dtype=torch.float64)
    assert not nala_weights(q, k).any()
    k[0] = torch.tensor([1.0, -1.0, -1.0])
    assert nala_weights(q, k).tolist() == [[1.0, 0.0, 0.0]]


def test_derivatives_are_right_and_flat_at_a_zero_coordinate():
    q, k = rows(3, 5), rows(4, 5, seed=1)
    q[0, 0] = k[1, 2] = 0.0
    leaves = q[1:].clone().requires_grad_(), k[2:].clone().requires_grad_()
    assert torch.autograd.gradcheck(nala_weights, leaves)
    leaves = q.requires_grad_(), k.requires_grad_()
    slopes = torch.autograd.grad(nala_weights(*leaves).square().sum(), leaves)
    assert all(slope.isfinite().all() for slope in slopes)
    assert slopes[1][1, 2] == 0


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_autocast(dtype):
    q, k = rows(5, 7, dtype=dtype), rows(11, 7, seed=1, dtype=dtype)
    weights = nala_weights(q, k)
    assert weights.dtype == dtype
    exact = nala_weights(q.double(), k.double())
    assert (weights.double() - exact).abs().max() <= 4 * torch.finfo(dtype).eps
    single = q.float(), k.float()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = nala_weights(*single)
    assert torch.equal(inside, nala_weights(*single))


def test_a_mask_leaves_out_keys():
    q, k = rows(5, 7), rows(11, 7, seed=1)
    seen = torch.arange(11) < 8
    torch.testing.assert_close(nala_weights(q, k, mask=seen)[:, :8], nala_weights(q, k[:8]))


def test_the_rotation_keeps_each_place_s_own_product_and_breaks_the_sum():
    q, k = rows(13, 8), rows(13, 8, seed=1)
    turned, plain = rotated_nala_weights(q, k), nala_weights(q, k)
    torch.testing.assert_close(turned.diagonal(), plain.diagonal())
    assert (turned.sum(-1) - 1).abs().max() > 0.1
    moved = rotated_nala_weights(torch.cat([q[:1], q]), torch.cat([k[:1], k]))[1:, 1:]
    ratio = moved / moved[:, :1] * turned[:, :1]
    torch.testing.assert_close(ratio, turned)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"queries": torch.full((2, 3), math.nan)}, "queries must hold finite"),
        ({"power": 0.5}, "power must be in .*got 0.5"),
        ({"queries": torch.zeros(2, 0), "keys": torch.zeros(2, 0)}, "at least one feature"),
        ({"keys": torch.full((2, 3), 1e30)}, "the power of keys overflows"),
        ({"mask": torch.ones(5, dtype=torch.bool)}, "mask must broadcast"),
    ],
)
def test_wrong_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        nala_weights(**{"queries": torch.zeros(2, 3), "keys": torch.ones(2, 3)} | arguments)
    with pytest.raises(ValueError, match="even number of features, got 3"):
        rotated_nala_weights(torch.ones(2, 3), torch.ones(2, 3))
