"""Attention without chosen distances against a loop, every edge, and gates that learn."""

import math

import pytest
import torch

from attnkit.structure import OffsetGates, kept_offsets, offset_weights


def drawn(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


@pytest.mark.parametrize("without", [(), (0,), (1,), (0, 3), (2, 2, 9)])
def test_pairs_are_left_by_their_distance(without):
    left = kept_offsets(5, 7, without)
    assert left.tolist() == [[abs(i - j) not in without for j in range(7)] for i in range(5)]


@pytest.mark.parametrize("without", [(), (0,), (0, 3)])
def test_weights_are_shares_among_the_keys_that_are_left(without):
    scores = drawn(2, 5, 7)
    weights = offset_weights(scores, without)
    for i in range(5):
        seen = [j for j in range(7) if abs(i - j) not in without]
        torch.testing.assert_close(weights[:, i, seen], scores[:, i, seen].softmax(-1))
    assert weights.masked_select(~kept_offsets(5, 7, without)).abs().sum() == 0


def test_a_token_without_itself_is_silent_where_it_is_alone():
    assert offset_weights(drawn(3, 1, 1)).abs().max() == 0
    # The authors' -10000 leaves softmax's own answer there: all of it.
    assert (drawn(3, 1, 1) - 10_000).softmax(-1).min() == 1
    alone = torch.eye(5, dtype=torch.bool)
    assert offset_weights(drawn(5, 5), mask=alone).abs().max() == 0


def test_what_is_left_out_may_be_nan_and_gradients_are_finite():
    scores = drawn(5, 5).fill_diagonal_(math.nan).requires_grad_()
    weights = offset_weights(scores)
    weights.square().sum().backward()
    assert weights.isfinite().all()
    assert scores.grad.isfinite().all()
    assert torch.autograd.gradcheck(offset_weights, drawn(3, 4).requires_grad_())


def test_empty_scores_and_half_precision():
    assert offset_weights(drawn(0, 7)).shape == (0, 7)
    scores = drawn(5, 7, dtype=torch.bfloat16)
    exact = offset_weights(scores.double())
    assert (offset_weights(scores).double() - exact).abs().max() <= torch.finfo(scores.dtype).eps


def test_gates_are_zero_or_one_by_distance_and_symmetric():
    gates = OffsetGates(3, 4)(7, torch.Generator().manual_seed(0)).detach()
    assert set(gates.round(decimals=5).unique().tolist()) == {0.0, 1.0}
    assert torch.equal(gates, gates.mT)
    for distance in range(7):
        assert (gates.diagonal(distance, -2, -1).std(-1, correction=0) == 0).all()
    assert (gates.diagonal(5, -2, -1) == 1).all()


def test_gates_open_with_their_chance_and_learn():
    layer, generator = OffsetGates(1, 1), torch.Generator().manual_seed(0)
    with torch.no_grad():
        layer.logits.fill_(1.0)
    draws = torch.stack([layer(1, generator).detach() for _ in range(2000)])
    assert draws.mean().item() == pytest.approx(layer.open_chance().item(), abs=0.04)
    optimiser = torch.optim.Adam(layer.parameters(), lr=0.1)
    for _ in range(60):
        optimiser.zero_grad()
        layer(1, generator).sum().backward()
        optimiser.step()
    assert layer.open_chance().item() < 0.2


def test_gates_on_weights_are_the_mask_they_draw_and_learn_by_them():
    layer, scores = OffsetGates(3, 4).double(), drawn(2, 3, 7, 7)
    gates = layer(7, torch.Generator().manual_seed(0))
    opened = scores.softmax(-1) * gates
    total = opened.sum(-1, keepdim=True)
    weights = opened / total.where(total > 0, 1.0)
    for head, row in enumerate(gates.detach()):
        wanted = offset_weights(scores[:, head], (), mask=row > 0.5)
        torch.testing.assert_close(weights[:, head], wanted)
    weights.square().sum().backward()
    assert layer.logits.grad.isfinite().all()
    assert (layer.logits.grad != 0).any()


COMPILED = """
import torch
from attnkit.structure import offset_weights

scores = torch.randn(2, 5, 7)
found = torch.compile(offset_weights, fullgraph=True, backend="aot_eager")(scores, (0, 3))
torch.testing.assert_close(found, offset_weights(scores, (0, 3)))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    plain_python.run(COMPILED)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"scores": torch.zeros(5, 7, dtype=torch.int64)}, TypeError, "scores must"),
        ({"scores": torch.full((5, 7), math.nan)}, ValueError, "scores must"),
        ({"without": (-1,)}, ValueError, "without must hold distances from 0 on, got -1"),
        ({"without": (True,)}, TypeError, r"without\[0\] must .*bool"),
        ({"without": 3}, TypeError, "without must"),
        ({"mask": torch.zeros(5, 7)}, TypeError, "mask must"),
        ({"mask": torch.ones(3, dtype=torch.bool)}, ValueError, "mask must broadcast"),
    ],
)
def test_wrong_input_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        offset_weights(**{"scores": torch.zeros(5, 7)} | arguments)
