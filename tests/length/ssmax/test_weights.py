"""Scalable softmax against powers of n, softmax, and its own fast form; at every edge."""

import math
import subprocess
import sys

import pytest
import torch
from torch.func import jacrev, vmap

from attnkit.densities import softmax
from attnkit.length import SSMax, ssmax, ssmax_attention
from attnkit.readout import read

MINUS_INF = -math.inf
CAUSAL = torch.ones(7, 7, dtype=torch.bool).tril()


def rows(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def test_is_the_share_of_a_power_of_n():
    scores = rows(3, 11)
    for row, weights in zip(scores.tolist(), ssmax(scores, 0.43), strict=True):
        powers = [11 ** (0.43 * z) for z in row]
        wanted = torch.tensor([p / sum(powers) for p in powers], dtype=torch.float64)
        torch.testing.assert_close(weights, wanted, rtol=1e-13, atol=0)


@pytest.mark.parametrize("n_keys", [2, 3, 13, 1009])
def test_is_softmax_where_s_log_n_is_one(n_keys):
    scores = rows(5, n_keys)
    torch.testing.assert_close(ssmax(scores, 1 / math.log(n_keys)), softmax(scores))


def test_each_causal_row_has_the_length_that_it_sees():
    scores = rows(2, 7, 7)
    weights = ssmax(scores, 0.43, mask=CAUSAL)
    for i in range(7):
        alone = ssmax(scores[:, i, : i + 1], 0.43)
        torch.testing.assert_close(weights[:, i, : i + 1], alone)
    assert (weights[:, 0, 0] == 1).all()
    assert weights.masked_select(~CAUSAL).abs().max() == 0


def test_a_key_of_minus_infinity_is_not_counted():
    scores = rows(3, 7)
    padded = torch.cat([scores, torch.full((3, 5), MINUS_INF, dtype=torch.float64)], -1)
    torch.testing.assert_close(ssmax(padded, 0.43)[:, :7], ssmax(scores, 0.43))


def test_a_constant_in_the_scores_changes_nothing():
    scores = rows(3, 7)
    torch.testing.assert_close(ssmax(scores + 5.0, 0.43), ssmax(scores, 0.43))


def test_a_scale_for_each_head_and_its_gradient():
    scores, scale = rows(3, 5, 7), torch.tensor([0.1, 0.4, 0.9], dtype=torch.float64)
    together = ssmax(scores, scale[:, None, None])
    apart = [ssmax(head, s) for head, s in zip(scores, scale.tolist(), strict=True)]
    torch.testing.assert_close(together, torch.stack(apart))
    leaves = scores.requires_grad_(), scale[:, None, None].requires_grad_()
    assert torch.autograd.gradcheck(ssmax, leaves)
    assert torch.autograd.gradgradcheck(ssmax, leaves)


def test_derivative_is_softmaxs_times_the_scale():
    scores = rows(5)
    p, factor = ssmax(scores, 0.43), 0.43 * math.log(5)
    wanted = factor * (p.diag() - p.outer(p))
    torch.testing.assert_close(jacrev(lambda z: ssmax(z, 0.43))(scores), wanted)


def test_any_dimension():
    scores = rows(3, 5, 7)
    expected = ssmax(scores, 0.43)
    for dim in (0, 1, 2, -3):
        moved = ssmax(scores.movedim(-1, dim), 0.43, dim=dim)
        torch.testing.assert_close(moved, expected.movedim(-1, dim))


def test_a_negative_scale_turns_the_order_round():
    scores = rows(3, 7)
    torch.testing.assert_close(ssmax(scores, -0.43), ssmax(-scores, 0.43))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_does_not_overflow(dtype):
    scores = torch.tensor([[6e4, -6e4, 5e4]]).to(dtype)
    weights = ssmax(scores, torch.tensor(3.0, dtype=dtype))
    assert weights.dtype == dtype
    assert weights.tolist() == [[1.0, 0.0, 0.0]]


def test_vmap_equals_the_batched_call():
    scores, masks = rows(5, 7), rows(5, 7, seed=1) > -1
    mapped = vmap(lambda row, mask: ssmax(row, 0.43, mask=mask))(scores, masks)
    torch.testing.assert_close(mapped, ssmax(scores, 0.43, mask=masks))


def inputs(dtype=torch.float64):
    shapes = ((2, 3, 7, 5), (2, 3, 7, 5), (2, 3, 7, 11))
    return [rows(*shape, seed=seed).to(dtype) for seed, shape in enumerate(shapes)]


def plain_attention(queries, keys, values, *, scale, mask=None):
    def weigh(scores, mask):
        return ssmax(scores, scale, mask=mask)

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
    torch.testing.assert_close(layer(scores, CAUSAL), ssmax(scores, 0.168, mask=CAUSAL))
    layer(scores, CAUSAL)[..., 0].sum().backward()
    assert (layer.scale.grad != 0).all()
    with pytest.raises(ValueError, match=r"scores must have 3 heads .* got shape \(2, 5, 7, 7\)"):
        layer(rows(2, 5, 7, 7))


COMPILED = """
import torch
from attnkit.length import SSMax, ssmax, ssmax_attention

generator = torch.Generator().manual_seed(0)
scores = torch.randn(5, 7, generator=generator)
mask = scores > -1
whole = dict(fullgraph=True, backend="aot_eager")
weights = torch.compile(ssmax, **whole)(scores, 0.43, mask=mask)
torch.testing.assert_close(weights, ssmax(scores, 0.43, mask=mask))
read = torch.compile(ssmax_attention, **whole)(scores, scores, scores, scale=0.43, mask=mask[:, :5])
torch.testing.assert_close(
    read, ssmax_attention(scores, scores, scores, scale=0.43, mask=mask[:, :5])
)
layer = SSMax(1)
torch.testing.assert_close(torch.compile(layer, **whole)(scores[None]), layer(scores[None]))
"""


def test_compiled_in_one_graph_it_is_the_same():
    """Apart from the import hook of the tests, which torch cannot trace."""
    done = subprocess.run([sys.executable, "-c", COMPILED], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


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
        ssmax(**{"scores": torch.zeros(3, 5), "scale": 0.43} | arguments)
