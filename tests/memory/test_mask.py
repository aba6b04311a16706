"""Padded tokens leave the state alone, read zero and get no gradient, wherever they stand."""

import math

import pytest
import torch

from attnkit import memory as room
from attnkit.masks import length_mask
from tests.memory.conformance import MEMORIES, Memory, results_and_gradients

memories = pytest.mark.parametrize("memory", MEMORIES, ids=lambda m: m.name)
N_TOKENS = 11
KEPT = {
    "right": [True] * 11 + [False] * 2,
    "left": [False] * 3 + [True] * 11,
    "inner": [True, False, True, True, False, False] + [True] * 8 + [False],
    "a whole chunk": [True] * 4 + [False] * 5 + [True] * 7,
}


def padded(tensor, mask, filling=0.7):
    """The tensor's tokens where the mask is True, `filling` elsewhere."""
    rows, n_all = tensor.shape[0], len(mask)
    wide = torch.full((rows, n_all, *tensor.shape[2:]), filling, dtype=tensor.dtype)
    wide[:, torch.tensor(mask)] = tensor
    return wide


def spread(memory: Memory, kept, filling=0.7):
    """The memory's inputs without padding, with it, and the mask."""
    sequences, gates, state = memory.inputs(3, N_TOKENS, d_key=5, d_value=2)
    fill = {"log_decay": -abs(filling)}
    wide = [padded(s, kept, filling) for s in sequences]
    wide_gates = {n: padded(g, kept, fill.get(n, filling)) for n, g in gates.items()}
    mask = torch.tensor(kept).expand(3, -1)
    return (sequences, gates, state), (wide, wide_gates, state), mask


@memories
@pytest.mark.parametrize("place", KEPT)
@pytest.mark.parametrize("chunk_size", [4, 32])
def test_state_output_and_gradients_are_those_of_the_unpadded_sequence(memory, place, chunk_size):
    short, long, mask = spread(memory, KEPT[place])
    options = {"chunk_size": chunk_size}
    wanted = results_and_gradients(memory.fast, *short, **options)
    output, state = memory.fast(*long[0], **long[1], initial_state=long[2], mask=mask, **options)
    torch.testing.assert_close(output[:, mask[0]], wanted[0])
    assert torch.equal(output[:, ~mask[0]], torch.zeros_like(output[:, ~mask[0]]))
    torch.testing.assert_close(state, wanted[1])


@memories
@pytest.mark.parametrize("place", KEPT)
def test_gradients_are_zero_where_masked_and_the_others_untouched(memory, place):
    short, long, mask = spread(memory, KEPT[place], filling=math.nan)

    def gradients(sequences, gates, state, kept, **options):
        leaves = [t.clone().requires_grad_() for t in (*sequences, *gates.values(), state)]
        n = len(sequences)
        named = dict(zip(gates, leaves[n:-1], strict=True))
        output, final = memory.fast(*leaves[:n], **named, initial_state=leaves[-1], **options)
        loss = output[:, kept].sin().sum() + final.square().sum()
        return torch.autograd.grad(loss, leaves)

    every = torch.ones(N_TOKENS, dtype=torch.bool)
    wanted, got = gradients(*short, every), gradients(*long, mask[0], mask=mask)
    for mine, right in zip(got[:-1], wanted[:-1], strict=True):
        torch.testing.assert_close(mine[:, mask[0]], right)
        assert torch.equal(mine[:, ~mask[0]], torch.zeros_like(mine[:, ~mask[0]]))
    torch.testing.assert_close(got[-1], wanted[-1])


@memories
def test_a_batch_of_unequal_lengths_is_continued(memory):
    """Lengths 3, 7 and 0 of 7, then all go on; each row equals its own unpadded sequence."""
    lengths = (3, 7, 0)
    sequences, gates, state = memory.inputs(3, 12, d_key=5, d_value=2)
    mask = length_mask(torch.tensor(lengths), 7)
    first = [s[:, :7] for s in sequences], {n: g[:, :7] for n, g in gates.items()}
    second = [s[:, 7:] for s in sequences], {n: g[:, 7:] for n, g in gates.items()}
    _, middle = memory.fast(*first[0], **first[1], initial_state=state, mask=mask)
    output, final = memory.fast(*second[0], **second[1], initial_state=middle)
    for row, length in enumerate(lengths):
        kept = [*range(length), *range(7, 12)]
        alone, alone_final = memory.fast(
            *(s[row, kept] for s in sequences),
            **{n: g[row, kept] for n, g in gates.items()},
            initial_state=state[row],
        )
        torch.testing.assert_close(output[row], alone[length:])
        torch.testing.assert_close(final[row], alone_final)


@memories
@pytest.mark.filterwarnings("error")
def test_all_masked_leaves_the_state_and_reads_zero(memory):
    _, long, mask = spread(memory, KEPT["right"], filling=math.inf)
    nothing = torch.zeros_like(mask)
    results = results_and_gradients(
        lambda *s, **named: memory.fast(*s, **named, mask=nothing), *long
    )
    torch.testing.assert_close(results[1], long[2], rtol=0, atol=0)
    for zero in (results[0], *results[2:-1]):
        assert torch.equal(zero, torch.zeros_like(zero))


@memories
def test_a_mask_of_ones_changes_nothing(memory):
    sequences, gates, state = memory.inputs(2, 37)
    ones = torch.ones(2, 37, dtype=torch.bool)
    wanted = memory.fast(*sequences, **gates, initial_state=state)
    got = memory.fast(*sequences, **gates, initial_state=state, mask=ones)
    torch.testing.assert_close(got, wanted, rtol=0, atol=0)


@memories
def test_masked_tokens_have_no_second_derivative(memory):
    _, (sequences, gates, state), mask = spread(memory, KEPT["inner"])
    keys = sequences[1].clone().requires_grad_()
    output, final = memory.fast(
        sequences[0], keys, *sequences[2:], **gates, initial_state=state, mask=mask
    )
    loss = output.sin().sum() + final.square().sum()
    (first,) = torch.autograd.grad(loss, keys, create_graph=True)
    (second,) = torch.autograd.grad(first.square().sum(), keys)
    assert (second[:, mask[0]] != 0).any(-1).all()
    assert torch.equal(second[:, ~mask[0]], torch.zeros_like(second[:, ~mask[0]]))


X = torch.ones(2, 5, 3) / 3


@pytest.mark.parametrize(
    ("mask", "error", "words"),
    [
        (torch.ones(2, 5), TypeError, "mask must have dtype torch.bool, got torch.float32"),
        (torch.ones(2, 4, dtype=torch.bool), ValueError, "mask must have shape .*time = 5"),
        (torch.ones(5, dtype=torch.bool), ValueError, "mask must have shape"),
        ([[True] * 5] * 2, TypeError, r"mask must be a torch.Tensor, got list"),
    ],
)
def test_a_mask_that_does_not_fit_is_named(mask, error, words):
    with pytest.raises(error, match=words):
        room.linear_attention(X, X, X, mask=mask)


def test_a_bad_number_among_the_counted_tokens_is_still_found():
    values = X.clone()
    values[:, 1] = math.nan
    mask = torch.tensor([True, True, False, True, True]).expand(2, -1)
    with pytest.raises(ValueError, match="values must hold finite numbers"):
        room.linear_attention(X, X, values, mask=mask)
