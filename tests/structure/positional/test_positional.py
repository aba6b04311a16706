"""Attention by places against a loop, its linearity, and every edge; the layer; all compiled."""

import math

import pytest
import torch

from attnkit.structure import (
    PositionalAttention,
    positional_attention,
    positional_weights,
    sinusoidal_places,
)


def drawn(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def inputs(dtype=torch.float64):
    shapes = (7, 3), (5, 3), (2, 5, 11)
    return [drawn(*shape, seed=seed, dtype=dtype) for seed, shape in enumerate(shapes)]


def test_places_are_sines_and_cosines():
    found = sinusoidal_places(7, 5)
    for t in range(7):
        for i in range(5):
            angle = t / 10_000 ** (2 * (i // 2) / 5)
            wanted = math.cos(angle) if i % 2 else math.sin(angle)
            assert found[t, i].item() == pytest.approx(wanted, abs=1e-6)
    assert sinusoidal_places(0, 5).shape == (0, 5)


def test_attention_is_a_loop_over_places():
    queries, keys, values = inputs()
    found = positional_attention(queries, keys, values)
    for i in range(7):
        shares = [math.exp(queries[i] @ keys[j] / 3**0.5) for j in range(5)]
        wanted = sum(share * values[:, j] for j, share in enumerate(shares)) / sum(shares)
        torch.testing.assert_close(found[:, i], wanted)


def test_it_is_linear_in_the_values_and_its_map_is_one_for_all():
    queries, keys, values = inputs()
    whole = positional_attention(queries, keys, 3 * values[:1] - 2 * values[1:])
    parts = positional_attention(queries, keys, values)
    torch.testing.assert_close(whole, 3 * parts[:1] - 2 * parts[1:])
    torch.testing.assert_close(parts, positional_weights(queries, keys) @ values)


def test_gradients_reach_places_and_values():
    assert torch.autograd.gradcheck(positional_attention, [x.requires_grad_() for x in inputs()])


def test_what_is_masked_is_not_looked_at_and_an_empty_row_is_zero():
    queries, keys, values = inputs()
    seen = torch.arange(5) < 3
    wanted = positional_attention(queries, keys[:3], values[:, :3])
    masked = values.clone()
    masked[:, 3:] = math.nan
    torch.testing.assert_close(positional_attention(queries, keys, masked, mask=seen), wanted)
    each = torch.tensor([[True] * 5, [False] * 5])[:, None]  # a text of its own length for each
    found = positional_attention(queries, keys, values, mask=each)
    torch.testing.assert_close(found[0], positional_attention(queries, keys, values)[0])
    assert found[1].abs().max() == 0


def test_one_key_none_half_precision_and_autocast():
    queries, keys, values = inputs()
    one = positional_attention(queries, keys[:1], values[:, :1])
    torch.testing.assert_close(one, values[:, :1].expand(2, 7, 11))
    assert positional_attention(queries, keys[:0], values[:, :0]).abs().max() == 0
    exact = positional_attention(*(x.double() for x in inputs(torch.bfloat16)))
    half = positional_attention(*inputs(torch.bfloat16))
    assert half.dtype == torch.bfloat16
    assert (half.double() - exact).abs().max() <= 4 * torch.finfo(torch.bfloat16).eps
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = positional_attention(*inputs(torch.float32))
    assert torch.equal(inside, positional_attention(*inputs(torch.float32)))


def test_the_layer_reads_by_a_map_of_each_head():
    layer, values = PositionalAttention(7, 3), drawn(2, 5, 11, dtype=torch.float32)
    found = layer(values)
    assert found.shape == (2, 3, 5, 11)
    first = positional_weights(layer.query_places[:, :5], layer.key_places[:, :5])
    torch.testing.assert_close(found, first @ values[:, None])
    torch.testing.assert_close(layer.weights()[:, 0].sum(-1), torch.ones(3))
    found.square().sum().backward()
    assert (layer.query_places.grad[:, :5] != 0).any(-1).all()
    seen = torch.ones(5, 5, dtype=torch.bool).tril()
    torch.testing.assert_close(layer(values, seen)[:, :, 0], values[:, None, 0].expand(2, 3, 11))
    assert layer(values.bfloat16()).dtype == torch.bfloat16
    with pytest.raises(ValueError, match="values must have at most 7 places, got 11"):
        layer(drawn(11, 3, dtype=torch.float32))


COMPILED = """
import torch
from attnkit.structure import PositionalAttention, positional_attention

places, values = torch.randn(2, 7, 5).unbind(0), torch.randn(3, 7, 2)
whole = dict(fullgraph=True, backend="aot_eager")
mask = torch.ones(7, 7, dtype=torch.bool).tril()
found = torch.compile(positional_attention, **whole)(*places, values, mask=mask)
torch.testing.assert_close(found, positional_attention(*places, values, mask=mask))
layer = PositionalAttention(7, 2)
torch.testing.assert_close(torch.compile(layer, **whole)(values), layer(values))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    plain_python.run(COMPILED)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"query_places": torch.zeros(7, 3, dtype=torch.int64)}, TypeError, "query_places must"),
        ({"key_places": torch.full((5, 3), math.nan)}, ValueError, "key_places must .*nan"),
        ({"key_places": torch.zeros(5, 2)}, ValueError, "width"),
        ({"values": torch.zeros(2, 3, 11)}, ValueError, "key"),
        ({"values": torch.full((2, 5, 11), math.inf)}, ValueError, "values must"),
        ({"mask": torch.zeros(7, 5)}, TypeError, "mask must"),
        ({"mask": torch.ones(3, dtype=torch.bool)}, ValueError, "mask must broadcast"),
    ],
)
def test_wrong_input_is_named(arguments, error, message):
    names = ("query_places", "key_places", "values")
    right = dict(zip(names, inputs(torch.float32), strict=True))
    with pytest.raises(error, match=message):
        positional_attention(**right | arguments)


def test_a_mask_of_the_values_rank_is_each_batch_s_own_for_every_head():
    layer, values = PositionalAttention(7, n_heads=3), drawn(3, 7, 2, dtype=torch.float32)
    own = torch.rand(3, 7, 7, generator=torch.Generator().manual_seed(1)) > 0.4
    read = layer(values, mask=own)
    for i in range(3):
        torch.testing.assert_close(read[i], layer(values[i], mask=own[i]))
        torch.testing.assert_close(read[i], layer(values[i], mask=own[i].expand(1, 7, 7)))
    for_heads = layer(values, mask=own[None])
    for h in range(3):
        torch.testing.assert_close(for_heads[:, h], layer(values, mask=own[h])[:, h])
