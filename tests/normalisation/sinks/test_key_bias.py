"""The key bias against its sum written out, and against softmax plus one."""

import math

import pytest
import torch

from attnkit.densities import attention
from attnkit.normalisation import KeyBias, key_bias_attention, softmax_plus_one
from attnkit.readout import read


def inputs(dtype=torch.float64, seed=0):
    """Queries (2, 5, 3), keys (2, 7, 3), values (2, 7, 11) and a bias key (2, 3)."""
    generator = torch.Generator().manual_seed(seed)
    shapes = ((2, 5, 3), (2, 7, 3), (2, 7, 11), (2, 3))
    return [torch.randn(*s, generator=generator, dtype=torch.float64).to(dtype) for s in shapes]


def written_out(queries, keys, values, bias_key, n_keys):
    context = torch.zeros(2, 5, 11, dtype=torch.float64)
    for b, q in ((b, q) for b in range(2) for q in range(5)):
        scores = [float(queries[b, q] @ keys[b, k]) / math.sqrt(3) for k in range(n_keys)]
        total = math.exp(float(queries[b, q] @ bias_key[b]) / math.sqrt(3))
        total += sum(map(math.exp, scores))
        for k, score in enumerate(scores):
            context[b, q] += values[b, k] * math.exp(score) / total
    return context


def test_equals_the_sum_written_out():
    torch.testing.assert_close(key_bias_attention(*inputs()), written_out(*inputs(), n_keys=7))


def test_a_key_of_zero_is_softmax_plus_one():
    queries, keys, values, bias_key = inputs()
    biased = key_bias_attention(queries, keys, values, torch.zeros_like(bias_key))
    torch.testing.assert_close(biased, read(queries, keys, values, softmax_plus_one))


def test_one_key_for_all_heads_and_one_for_each():
    queries, keys, values, bias_key = inputs()
    shared = key_bias_attention(queries, keys, values, bias_key[0])
    repeated = key_bias_attention(queries, keys, values, bias_key[:1].expand(2, -1))
    torch.testing.assert_close(shared, repeated)
    with pytest.raises(ValueError, match=r"bias_key must broadcast to \(2, 3\), got \(5, 3\)"):
        key_bias_attention(queries, keys, values, torch.zeros(5, 3, dtype=torch.float64))


def test_what_is_masked_is_never_looked_at():
    queries, keys, values, bias_key = inputs()
    keys[:, 5:], values[:, 5:] = math.nan, math.inf
    context = key_bias_attention(queries, keys, values, bias_key, mask=torch.arange(7) < 5)
    torch.testing.assert_close(context, written_out(*inputs(), n_keys=5))
    nobody = torch.zeros(7, dtype=torch.bool)
    assert key_bias_attention(queries, keys, values, bias_key, mask=nobody).abs().max() == 0


def test_a_query_that_may_attend_nothing_is_never_looked_at_either():
    queries, keys, values, bias_key = inputs()
    mask = torch.ones(5, 7, dtype=torch.bool)
    mask[2] = False
    wanted = key_bias_attention(queries, keys, values, bias_key)
    wanted[:, 2] = 0
    queries[:, 2] = math.nan
    context = key_bias_attention(queries, keys, values, bias_key, mask=mask)
    torch.testing.assert_close(context, wanted)


def test_a_far_key_is_plain_attention_and_a_near_one_is_silence():
    queries, keys, values, _ = inputs()
    queries = queries.abs()
    far = torch.full((3,), -1e4, dtype=torch.float64)
    plain = attention(queries, keys, values, alpha=1.0)
    torch.testing.assert_close(key_bias_attention(queries, keys, values, far), plain)
    assert key_bias_attention(queries, keys, values, -far).abs().max() < 1e-9


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_in_and_out(dtype):
    context = key_bias_attention(*inputs(dtype))
    assert context.dtype == dtype
    exact = key_bias_attention(*(t.double() for t in inputs(dtype)))
    assert (context.double() - exact).abs().max() <= 4 * torch.finfo(dtype).eps


def test_autocast_changes_nothing():
    single = inputs(torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = key_bias_attention(*single)
    assert torch.equal(inside, key_bias_attention(*single))


def test_gradients_of_every_argument():
    leaves = [tensor.requires_grad_() for tensor in inputs()]
    assert torch.autograd.gradcheck(key_bias_attention, leaves, fast_mode=True)


def test_no_keys_are_read_as_zero():
    queries, keys, values, bias_key = inputs()
    context = key_bias_attention(queries, keys[:, :0], values[:, :0], bias_key)
    assert context.abs().max() == 0


def test_the_layer_has_a_small_key_for_each_head_and_learns_it():
    generator = torch.Generator().manual_seed(0)
    layer = KeyBias(2, 997, generator=generator)
    assert layer.key.shape == (2, 997)
    assert layer.key.std().item() == pytest.approx(0.02, rel=0.1)
    queries, keys, values, _ = inputs(torch.float32)
    small = KeyBias(2, 3, generator=generator)
    context = small(queries, keys, values)
    torch.testing.assert_close(context, key_bias_attention(queries, keys, values, small.key))
    context.sum().backward()
    assert small.key.grad.abs().min() > 0
