"""Layers against loops; contraction against Dobrushin's bound; the rate against a long run."""

import math

import pytest
import torch
import torch.nn.functional as F

from attnkit.concentration.rank_collapse import (
    AttentionLayer,
    causal_mask,
    causal_window_mask,
    collapse_rate,
    ergodicity,
    full_mask,
    normed,
    residual,
    through,
    window_mask,
)
from attnkit.diagnostics import rank_residual


def normal(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def orthogonal(size, seed=0):
    return torch.linalg.qr(normal(size, size, seed=seed)).Q


def test_a_layer_is_its_sums_written_out():
    states, layer = normal(5, 3), AttentionLayer(normal(3, 3, seed=1), normal(3, 3, seed=2))
    masked = AttentionLayer(layer.matrix, layer.values, causal_mask(5))
    for one, last in ((layer, lambda i: 5), (masked, lambda i: i + 1)):
        for i in range(5):
            seen = states[: last(i)]
            shares = torch.stack([(states[i] @ layer.matrix @ x).exp() for x in seen])
            read = sum(s * x for s, x in zip(shares / shares.sum(), seen, strict=True))
            torch.testing.assert_close(one(states)[i], read @ layer.values)


def test_what_stands_around_a_layer():
    states, layer = normal(5, 3), AttentionLayer(normal(3, 3), normal(3, 3, seed=1))
    torch.testing.assert_close(residual(layer)(states) - states, layer(states))
    after = normed(layer)(states)
    torch.testing.assert_close(after.mean(-1), torch.zeros(5, dtype=torch.float64))
    torch.testing.assert_close(
        after.norm(dim=-1), torch.full((5,), math.sqrt(3)).double(), rtol=1e-3, atol=0
    )
    first, second, third = through(states, [layer, residual(layer)])
    assert torch.equal(first, states)
    assert torch.equal(second, layer(states))
    assert torch.equal(third, second + layer(second))
    assert through(states, []).shape == (1, 5, 3)


def test_dobrushins_coefficient_and_its_bound():
    weights = normal(2, 7, 5).softmax(-1)
    for b in range(2):
        pairs = [(x - y).abs().sum() / 2 for x in weights[b] for y in weights[b]]
        torch.testing.assert_close(ergodicity(weights)[b], torch.stack(pairs).max())
    assert ergodicity(torch.eye(3)) == 1
    assert ergodicity(torch.full((3, 3), 1 / 3)) == 0
    assert ergodicity(torch.zeros(0, 3)) == 0


def widest(states):
    return torch.cdist(states, states).amax((-2, -1))


@pytest.mark.parametrize("mask", [full_mask(11), causal_mask(11), window_mask(11, 3)])
def test_states_contract_at_least_by_the_product_of_weights(mask):
    """In the Euclidean norm, which an orthogonal V leaves alone."""
    for seed in range(5):
        layers = [
            AttentionLayer(0.1 * normal(7, 7, seed=10 * seed + t), orthogonal(7, seed=t), mask)
            for t in range(8)
        ]
        seen = through(normal(11, 7, seed=seed), layers)
        rollout = torch.eye(11, dtype=torch.float64)
        for layer, states in zip(layers, seen, strict=False):
            rollout = layer.weights(states) @ rollout
        assert widest(seen[-1]) <= ergodicity(rollout) * widest(seen[0]) + 1e-12


@pytest.mark.parametrize(
    ("mask", "after"),
    [(causal_mask(13), 20), (window_mask(13, 2), 60), (causal_window_mask(13, 5), 30)],
)
def test_nearly_equal_tokens_meet_at_the_rate_of_the_mask(mask, after):
    """An independent run: whatever W, with a new orthogonal V in each layer."""
    for seed in range(3):
        layers = [
            AttentionLayer(normal(5, 5, seed=100 * seed + t) / 5, orthogonal(5, seed=t), mask)
            for t in range(after + 10)
        ]
        left = rank_residual(through(normal(13, 5, seed=seed), layers))
        rate = (left[after + 10] / left[after]).item() ** 0.1
        assert rate == pytest.approx(collapse_rate(mask), abs=0.02)


def test_a_row_that_sees_nothing_becomes_zero():
    mask = causal_mask(5)
    mask[2] = False
    after = AttentionLayer(normal(3, 3), normal(3, 3), mask)(normal(5, 3))
    assert after[2].abs().max() == 0
    assert after.isfinite().all()


def test_half_precision_autocast_batches_and_gradients():
    states = normal(2, 5, 3)
    layer = AttentionLayer(normal(3, 3), normal(3, 3, seed=1), causal_mask(5))
    half = AttentionLayer(layer.matrix.half(), layer.values.half(), layer.mask)(states.half())
    assert half.dtype == torch.float16
    exact = layer(states)
    assert (half.double() - exact).abs().max() < 0.02 * exact.abs().max()
    single = AttentionLayer(layer.matrix.float(), layer.values.float(), layer.mask)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = single(states.float())
    assert torch.equal(inside, single(states.float()))
    torch.testing.assert_close(layer(states)[1], layer(states[1]))
    assert torch.autograd.gradcheck(normed(residual(layer)), normal(2, 5, 3).requires_grad_())


COMPILED = """
import torch
from attnkit.concentration.rank_collapse import AttentionLayer, causal_mask, normed, residual

draw = torch.Generator().manual_seed(0)
states, matrix, values = (torch.randn(5, 5, generator=draw) for _ in range(3))
layer = normed(residual(AttentionLayer(matrix, values, causal_mask(5))))
compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
torch.testing.assert_close(compiled(states), layer(states))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    plain_python.run(COMPILED)


def test_wrong_input_is_named():
    square = torch.eye(3)
    with pytest.raises(ValueError, match="values must"):
        AttentionLayer(square, torch.zeros(5, 5))
    with pytest.raises(ValueError, match=r"mask must broadcast to the shape .*the tokens' scores"):
        AttentionLayer(square, square, causal_mask(7))(torch.zeros(5, 3))
    with pytest.raises(ValueError, match=r"layers must keep the shape \(5, 3\).*from layer 1"):
        through(torch.zeros(5, 3), [F.relu, lambda states: states[:2]])
    with pytest.raises(ValueError, match="states must hold finite"):
        AttentionLayer(square, square)(torch.full((5, 3), math.inf))
