"""Selective self-attention against its sums written out, and what a temperature leaves alone."""

import math

import pytest
import torch

from attnkit.length.selective import (
    SelectiveTemperature,
    position_temperature,
    selective_attention,
    selective_weights,
)


def rows(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=dtype)


def inputs(dtype=torch.float64):
    """Queries (2, 5, 3), keys (2, 7, 3), values (2, 7, 11) and temperatures (2, 5)."""
    shapes = ((2, 5, 3), (2, 7, 3), (2, 7, 11), (2, 5))
    return [rows(*shape, seed=i, dtype=dtype) for i, shape in enumerate(shapes)]


def test_weights_are_a_softmax_of_scaled_scores():
    scores, own = rows(3, 7), rows(3, 1, seed=1)
    torch.testing.assert_close(selective_weights(scores, own), (own * scores).softmax(-1))
    torch.testing.assert_close(selective_weights(scores, 2.5), (2.5 * scores).softmax(-1))
    assert torch.equal(selective_weights(scores, 1.0), scores.softmax(-1))
    columns = selective_weights(scores.mT, own.mT, dim=0)
    torch.testing.assert_close(columns.mT, selective_weights(scores, own))


def test_the_best_key_stays_the_best_and_gains_with_the_temperature():
    scores = rows(31, 7)
    best = scores.argmax(-1)
    weights = torch.stack([selective_weights(scores, tau) for tau in (0.1, 1.0, 4.0, 40.0)])
    assert (weights.argmax(-1) == best).all()
    assert (weights.amax(-1).diff(dim=0) > 0).all()


def test_attention_equals_the_sum_written_out():
    queries, keys, values, own = inputs()
    of_value = rows(2, 7, seed=5)
    read = selective_attention(queries, keys, values, own, value_temperatures=of_value)
    for b, q in ((b, q) for b in range(2) for q in range(5)):
        raised = [
            math.exp(own[b, q] * float(queries[b, q] @ keys[b, k]) / math.sqrt(3)) for k in range(7)
        ]
        wanted = sum(w * of_value[b, k] * values[b, k] for k, w in enumerate(raised)) / sum(raised)
        torch.testing.assert_close(read[b, q], wanted)


def test_masked_keys_are_never_looked_at():
    queries, keys, values, own = inputs()
    of_value = rows(2, 7, seed=5)
    wanted = selective_attention(
        queries, keys[:, :5], values[:, :5], own, value_temperatures=of_value[:, :5]
    )
    keys[:, 5:], values[:, 5:], of_value[:, 5:] = math.nan, math.inf, math.nan
    mask = torch.arange(7) < 5
    leaves = [t.requires_grad_() for t in (queries, keys, values, own, of_value)]
    read = selective_attention(*leaves[:4], value_temperatures=leaves[4], mask=mask)
    torch.testing.assert_close(read, wanted)
    read.sum().backward()
    assert all(leaf.grad.isfinite().all() for leaf in leaves)
    nothing = selective_attention(*leaves[:4], mask=torch.zeros(7, dtype=torch.bool))
    assert nothing.count_nonzero() == 0


def test_value_temperatures_scale_what_is_read():
    queries, keys, values, own = inputs()
    plain = selective_attention(queries, keys, values, own)
    halves = torch.full((2, 7), 0.5, dtype=torch.float64)
    halved = selective_attention(queries, keys, values, own, value_temperatures=halves)
    torch.testing.assert_close(halved, plain / 2)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_autocast(dtype):
    read = selective_attention(*inputs(dtype))
    assert read.dtype == dtype
    exact = selective_attention(*(t.double() for t in inputs(dtype)))
    assert ((read.double() - exact).abs() <= torch.finfo(dtype).eps * (exact.abs() + 1e-3)).all()
    single = inputs(torch.float32)
    with torch.autocast("cpu", dtype=dtype):
        inside = selective_attention(*single)
    assert torch.equal(inside, selective_attention(*single))


def test_gradients_of_every_argument():
    leaves = [tensor.requires_grad_() for tensor in inputs()]
    assert torch.autograd.gradcheck(selective_attention, leaves, fast_mode=True)
    leaf, own = rows(3, 7).requires_grad_(), rows(3, 1).requires_grad_()
    assert torch.autograd.gradcheck(selective_weights, (leaf, own))


def test_the_place_alone_starts_where_the_authors_start():
    layer = SelectiveTemperature(3).double()
    n_keys = torch.tensor([1.0, 7.0, 1024.0], dtype=torch.float64)
    found = layer(rows(3, 3), n_keys)
    wanted = [1 + math.exp(-math.exp(1.5)) * math.log(n) for n in (1, 7, 1024)]
    torch.testing.assert_close(found, torch.tensor(wanted, dtype=torch.float64), rtol=1e-6, atol=0)
    torch.testing.assert_close(position_temperature(n_keys, 0.5), 1 + n_keys.log() / 2)


def test_the_token_moves_it_and_it_stays_positive():
    layer = SelectiveTemperature(3).double()
    with torch.no_grad():
        layer.of_token.copy_(100 * torch.ones(3))
        layer.log_odds.fill_(-100)
    found = layer(rows(17, 3), torch.ones(17, dtype=torch.float64))
    assert found.min() >= 0
    assert found.max() <= 2
    assert found.max() - found.min() > 1.9
    tokens = rows(17, 3)
    with torch.no_grad():
        layer.of_token.copy_(torch.tensor([0.5, 0, -0.25]))
    wanted = [1 + math.tanh(0.5 * x - 0.25 * z) for x, _, z in tokens.tolist()]
    found = layer(tokens, torch.ones(17, dtype=torch.float64))
    torch.testing.assert_close(found, torch.tensor(wanted, dtype=torch.float64))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: selective_weights(torch.zeros(3, 5), math.inf), ValueError, "temperature must"),
        (
            lambda: selective_weights(torch.zeros(3, 5), torch.zeros(5)),
            ValueError,
            r"temperature must broadcast to the shape \(3, 1\)",
        ),
        (lambda: selective_weights(torch.tensor([math.nan]), 1.0), ValueError, "scores must .*nan"),
        (lambda: SelectiveTemperature(0), ValueError, r"width must be in \[1, 65536\], got 0"),
        (
            lambda: SelectiveTemperature(3)(torch.zeros(2, 5), torch.ones(2)),
            ValueError,
            "tokens must have 3 features, got 5",
        ),
        (lambda: position_temperature(torch.zeros(2), 0.5), ValueError, "n_keys must be in"),
    ],
)
def test_wrong_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
