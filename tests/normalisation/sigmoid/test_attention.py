"""Sigmoid attention against its sum written out, masked, in half precision, under autocast."""

import math

import pytest
import torch

from attnkit.normalisation import sigmoid_attention


def inputs(dtype=torch.float64, seed=0):
    """Queries (2, 5, 3), keys (2, 7, 3) and values (2, 7, 11)."""
    generator = torch.Generator().manual_seed(seed)
    shapes = ((2, 5, 3), (2, 7, 3), (2, 7, 11))
    return [torch.randn(*s, generator=generator, dtype=torch.float64).to(dtype) for s in shapes]


def written_out(queries, keys, values, n_keys):
    context = torch.zeros(2, 5, 11, dtype=torch.float64)
    for b, q in ((b, q) for b in range(2) for q in range(5)):
        for k in range(n_keys):
            score = float(queries[b, q] @ keys[b, k]) / math.sqrt(3)
            context[b, q] += values[b, k] / (1 + n_keys * math.exp(-score))
    return context


def test_equals_the_sum_written_out():
    torch.testing.assert_close(sigmoid_attention(*inputs()), written_out(*inputs(), n_keys=7))


def test_what_is_masked_is_never_looked_at():
    queries, keys, values = inputs()
    keys[:, 5:], values[:, 5:] = math.nan, math.inf
    mask = torch.arange(7) < 5
    read = sigmoid_attention(queries, keys, values, mask=mask)
    torch.testing.assert_close(read, written_out(*inputs(), n_keys=5))
    nothing = sigmoid_attention(queries, keys, values, mask=torch.zeros(7, dtype=torch.bool))
    assert nothing.abs().max() == 0


def test_a_bias_of_zero_reads_more():
    queries, keys, values = inputs()
    ones = torch.ones_like(values)
    by_default = sigmoid_attention(queries, keys, ones)
    assert (sigmoid_attention(queries, keys, ones, bias=0.0) > by_default).all()
    heads = torch.tensor([[[0.0]], [[-2.0]]], dtype=torch.float64)
    both = sigmoid_attention(queries, keys, values, bias=heads)
    apart = [sigmoid_attention(queries, keys, values, bias=b)[i] for i, b in enumerate((0.0, -2.0))]
    torch.testing.assert_close(both, torch.stack(apart))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_in_and_out(dtype):
    read = sigmoid_attention(*inputs(dtype))
    assert read.dtype == dtype
    exact = sigmoid_attention(*(t.double() for t in inputs(dtype)))
    assert (read.double() - exact).abs().max() <= 4 * torch.finfo(dtype).eps


def test_autocast_changes_nothing():
    single = inputs(torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = sigmoid_attention(*single)
    assert torch.equal(inside, sigmoid_attention(*single))


def test_no_keys_are_read_as_zero():
    queries, keys, values = inputs()
    assert sigmoid_attention(queries, keys[:, :0], values[:, :0]).abs().max() == 0


def test_gradients_of_every_argument():
    leaves = [tensor.requires_grad_() for tensor in inputs()]
    assert torch.autograd.gradcheck(sigmoid_attention, leaves, fast_mode=True)
