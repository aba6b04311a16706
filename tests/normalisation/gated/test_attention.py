"""Gated attention against attention, and against the sum with one more key."""

import math

import pytest
import torch

from attnkit.densities import attention
from attnkit.normalisation import gated_attention, gated_weights
from tests.normalisation.shared.edges import rows


def inputs(dtype=torch.float64):
    """Queries (2, 5, 3), keys (2, 7, 3) and values (2, 7, 11)."""
    shapes = ((2, 5, 3), (2, 7, 3), (2, 7, 11))
    return [rows(*shape, seed=i).to(dtype) for i, shape in enumerate(shapes)]


def test_one_gate_a_channel_scales_that_channel():
    gate = rows(2, 5, 11, seed=4)
    wanted = attention(*inputs()) / (1 + (-gate).exp())
    torch.testing.assert_close(gated_attention(*inputs(), gate=gate), wanted)


def test_one_gate_a_head_is_that_of_the_weights():
    queries, keys, values = inputs()
    gate = rows(2, 5, 1, seed=4)
    weights = gated_weights(queries @ keys.mT / math.sqrt(3), gate)
    read = gated_attention(queries, keys, values, gate=gate)
    torch.testing.assert_close(read, weights @ values)


def test_at_zero_it_halves_and_far_away_it_opens_and_shuts():
    plain = attention(*inputs())
    assert torch.equal(gated_attention(*inputs()), plain / 2)
    assert torch.equal(gated_attention(*inputs(), gate=800.0), plain)
    assert gated_attention(*inputs(), gate=-800.0).abs().max() == 0


def test_what_is_masked_is_never_looked_at():
    queries, keys, values = inputs()
    keys[:, 5:], values[:, 5:] = math.nan, math.inf
    read = gated_attention(queries, keys, values, gate=0.3, mask=torch.arange(7) < 5)
    queries, keys, values = inputs()
    wanted = gated_attention(queries, keys[:, :5], values[:, :5], gate=0.3)
    torch.testing.assert_close(read, wanted)
    nothing = gated_attention(*inputs(), mask=torch.zeros(7, dtype=torch.bool))
    assert nothing.abs().max() == 0


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_autocast(dtype):
    halves, gate = inputs(dtype), rows(2, 5, 11, seed=4).to(dtype)
    read = gated_attention(*halves, gate=gate)
    assert read.dtype == dtype
    single = [tensor.float() for tensor in halves]
    assert torch.equal(read, gated_attention(*single, gate=gate.float()).to(dtype))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = gated_attention(*single, gate=gate.float())
    assert torch.equal(inside, gated_attention(*single, gate=gate.float()))


def test_gradients_of_every_argument():
    leaves = [leaf.requires_grad_() for leaf in (*inputs(), rows(2, 5, 11, seed=4))]

    def of_all(queries, keys, values, gate):
        return gated_attention(queries, keys, values, gate=gate)

    assert torch.autograd.gradcheck(of_all, leaves, fast_mode=True)


def test_a_wrong_gate_is_named():
    with pytest.raises(ValueError, match=r"gate must broadcast to the shape \(2, 5, 11\), got"):
        gated_attention(*inputs(), gate=rows(2, 3, 1))
    with pytest.raises(ValueError, match=r"gate must .*nan"):
        gated_attention(*inputs(), gate=torch.full((5, 1), math.nan))
