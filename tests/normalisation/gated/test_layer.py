"""The layer head by head, the two grains of its gate, and what no gate can change."""

import math

import pytest
import torch

from attnkit.densities import attention
from attnkit.normalisation import GatedAttention
from tests.normalisation.shared.edges import rows


def layer(n_gates=1, width=15, n_heads=3):
    torch.manual_seed(0)
    made = GatedAttention(width, n_heads, n_gates).double()
    return made.requires_grad_(False)


@pytest.mark.parametrize("n_gates", [1, 5])
def test_equals_its_heads_written_out(n_gates):
    made, tokens = layer(n_gates), rows(2, 7, 15)
    mask = torch.ones(7, 7, dtype=torch.bool).tril()
    joined = []
    for head in range(3):
        part = slice(5 * head, 5 * head + 5)
        queries, keys, values = (
            tokens @ matrix.weight[part].T for matrix in (made.to_query, made.to_key, made.to_value)
        )
        logits = tokens @ made.to_gate.weight[n_gates * head : n_gates * (head + 1)].T
        joined.append(torch.sigmoid(logits) * attention(queries, keys, values, mask=mask))
    wanted = torch.cat(joined, -1) @ made.to_output.weight.T
    torch.testing.assert_close(made(tokens, mask), wanted)


def test_a_gate_between_the_two_grains_serves_neighbouring_channels():
    made, tokens = layer(n_gates=2, width=12, n_heads=2), rows(5, 12)
    assert made.gate(tokens).shape == (2, 5, 2)
    with torch.no_grad():
        made.to_gate.weight.zero_()
        made.to_gate.weight[1] = 1.0  # the second gate of the first head
        made.to_output.weight.copy_(torch.eye(12))
    halved = made(tokens)
    made.to_gate.weight.zero_()
    factor = torch.sigmoid(tokens.sum(-1, keepdim=True)) * 2
    wanted = made(tokens) * torch.ones(12).index_fill(0, torch.tensor([3, 4, 5]), 0.0).double()
    wanted[:, 3:6] = made(tokens)[:, 3:6] * factor
    torch.testing.assert_close(halved, wanted)


def test_at_zero_a_fresh_gate_halves_the_layer():
    made, tokens = layer(), rows(7, 15)
    made.to_gate.weight.zero_()
    shut = made(tokens)
    made.to_gate.weight.fill_(1e3)
    opened = made(tokens.abs())
    made.to_gate.weight.zero_()
    torch.testing.assert_close(made(tokens.abs()), opened / 2)
    assert not torch.equal(shut, opened)


def test_heads_in_another_order_with_their_gates_are_the_same_layer():
    made, tokens = layer(n_gates=5), rows(7, 15)
    before = made(tokens)
    order = torch.arange(15).view(3, 5)[[2, 0, 1]].flatten()
    for matrix in (made.to_query, made.to_key, made.to_value, made.to_gate):
        matrix.weight.copy_(matrix.weight[order])
    made.to_output.weight.copy_(made.to_output.weight[:, order])
    torch.testing.assert_close(made(tokens), before)


def test_no_gate_leaves_the_rows_of_the_output_matrix():
    made, tokens = layer(n_gates=5), rows(101, 15)
    kept = made.to_output.weight.clone()
    kept[:, 5:] = 0  # one head of width five is heard
    made.to_output.weight.copy_(kept)
    outputs = made(tokens)
    assert torch.linalg.matrix_rank(outputs) == 5
    inside = kept @ torch.linalg.pinv(kept)
    torch.testing.assert_close(outputs @ inside.T, outputs)


def test_trained_through_and_saved():
    torch.manual_seed(0)
    made = GatedAttention(6, 2, 3)
    made(torch.randn(2, 5, 6)).square().sum().backward()
    assert all(p.grad.abs().sum() > 0 for p in made.parameters())
    other = GatedAttention(6, 2, 3)
    other.load_state_dict(made.state_dict())
    tokens = torch.randn(5, 6)
    assert torch.equal(other(tokens), made(tokens))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((7, 2), "width must be a multiple of n_heads = 2, got 7"),
        ((6, 2, 2), "n_gates must divide the width of a head, 3, got 2"),
        ((6, 0), "n_heads must be in .*0"),
    ],
)
def test_sizes_that_do_not_fit_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        GatedAttention(*arguments)


def test_wrong_tokens_are_named():
    with pytest.raises(ValueError, match="tokens must have 15 features, got 7"):
        layer()(rows(5, 7))
    with pytest.raises(ValueError, match=r"tokens must .*nan"):
        layer()(torch.full((5, 15), math.nan, dtype=torch.float64))
