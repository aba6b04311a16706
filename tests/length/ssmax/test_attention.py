"""Attention by scalable softmax against its plain definition; the layer; and all of it compiled."""

import math

import pytest
import torch

from attnkit.length import SSMax, ssmax_attention, ssmax_weights
from attnkit.readout import read

CAUSAL = torch.ones(7, 7, dtype=torch.bool).tril()


def rows(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def inputs(dtype=torch.float64):
    shapes = ((2, 3, 7, 5), (2, 3, 7, 5), (2, 3, 7, 11))
    return [rows(*shape, seed=seed).to(dtype) for seed, shape in enumerate(shapes)]


def plain_attention(queries, keys, values, *, scale, mask=None):
    def weigh(scores, mask):
        return ssmax_weights(scores, scale, mask=mask)

    return read(queries, keys, values, weigh, mask)


@pytest.mark.parametrize("mask", [None, CAUSAL, CAUSAL[:, :1], torch.zeros(7, dtype=torch.bool)])
def test_attention_is_ssmax_of_the_scores(mask):
    scale = torch.tensor([0.1, 0.4, 0.9], dtype=torch.float64)[:, None, None]
    leaves = [leaf.requires_grad_() for leaf in (*inputs(), scale)]
    found = []
    for attend in (ssmax_attention, plain_attention):
        context = attend(*leaves[:3], scale=leaves[3], mask=mask)
        slopes = torch.autograd.grad(context.square().sum(), leaves, allow_unused=True)
        found.append([context, *slopes])
    torch.testing.assert_close(*found)


def test_what_is_masked_is_never_looked_at():
    queries, keys, values = inputs()
    expected = ssmax_attention(queries, keys[..., :5, :], values[..., :5, :], scale=0.43)
    keys[..., 5:, :], values[..., 5:, :] = math.nan, math.inf
    seen = torch.arange(7) < 5
    masked = ssmax_attention(queries, keys, values, scale=0.43, mask=seen)
    torch.testing.assert_close(masked, expected)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_attention_in_half_precision_and_autocast(dtype):
    read = ssmax_attention(*inputs(dtype), scale=0.43)
    assert read.dtype == dtype
    exact = ssmax_attention(*(t.double() for t in inputs(dtype)), scale=0.43)
    assert (read.double() - exact).abs().max() <= 8 * torch.finfo(dtype).eps
    single = inputs(torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = ssmax_attention(*single, scale=0.43)
    assert torch.equal(inside, ssmax_attention(*single, scale=0.43))


def test_the_layer_learns_one_scale_for_each_head():
    layer, scores = SSMax(3), rows(2, 3, 7, 7, dtype=torch.float32)
    start = 1 / torch.arange(1, 1025).log().mean().item()
    assert layer.scale[0].item() == pytest.approx(start, abs=5e-4)
    torch.testing.assert_close(layer(scores, CAUSAL), ssmax_weights(scores, 0.168, mask=CAUSAL))
    layer(scores, CAUSAL)[..., 0].sum().backward()
    assert (layer.scale.grad != 0).all()
    with pytest.raises(ValueError, match=r"scores must have 3 heads .* got shape \(2, 5, 7, 7\)"):
        layer(rows(2, 5, 7, 7))


COMPILED = """
import torch
from attnkit.length import SSMax, ssmax_weights, ssmax_attention

generator = torch.Generator().manual_seed(0)
scores = torch.randn(5, 7, generator=generator)
mask = scores > -1
whole = dict(fullgraph=True, backend="aot_eager")
weights = torch.compile(ssmax_weights, **whole)(scores, 0.43, mask=mask)
torch.testing.assert_close(weights, ssmax_weights(scores, 0.43, mask=mask))
read = torch.compile(ssmax_attention, **whole)(scores, scores, scores, scale=0.43, mask=mask[:, :5])
torch.testing.assert_close(
    read, ssmax_attention(scores, scores, scores, scale=0.43, mask=mask[:, :5])
)
layer = SSMax(1)
torch.testing.assert_close(torch.compile(layer, **whole)(scores[None]), layer(scores[None]))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)
