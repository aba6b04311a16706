"""Based beside sums written out in Python; padding, states, precision, and what is refused."""

import math

import pytest
import torch

from attnkit.masks import length_mask
from attnkit.memory import based, based_attention, taylor_attention, window_attention

D_KEY, D_VALUE, WINDOW = 3, 5, 4


def tokens(*shape, seed=0, scale=1.0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    sizes = (D_KEY, D_KEY, D_VALUE)
    drawn = [torch.randn(*shape, n, generator=generator, dtype=torch.float64) for n in sizes]
    return [(scale * drawn[0]).to(dtype), drawn[1].to(dtype), drawn[2].to(dtype)]


def by_hand(queries, keys, values, near, far):
    """Weights of one sequence by two functions of the score, pair by pair."""
    read = []
    for i in range(len(queries)):
        weights = []
        for j in range(i + 1):
            score = sum((queries[i] * keys[j]).tolist()) / math.sqrt(D_KEY)
            weights.append(near(score) if i - j < WINDOW else far(score))
        weights = torch.tensor(weights, dtype=values.dtype)
        read.append(weights @ values[: i + 1] / weights.sum())
    return torch.stack(read)


def taylor(score):
    return 1 + score + score**2 / 2


@pytest.mark.parametrize("n_tokens", [1, 4, 5, 13])
def test_the_weights_are_those_of_the_formula(n_tokens):
    q, k, v = tokens(n_tokens)
    wanted = by_hand(q, k, v, math.exp, taylor)
    torch.testing.assert_close(based_attention(q, k, v, window=WINDOW)[0], wanted)
    wanted = by_hand(q, k, v, math.exp, lambda score: 0.0)
    torch.testing.assert_close(window_attention(q, k, v, window=WINDOW)[0], wanted)
    wanted = by_hand(q, k, v, taylor, taylor)
    torch.testing.assert_close(taylor_attention(q, k, v)[0], wanted)


@pytest.mark.parametrize("form", [based_attention, window_attention])
def test_a_window_that_holds_all_is_softmax_attention(form):
    q, k, v = tokens(2, 37)
    wanted = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    torch.testing.assert_close(form(q, k, v, window=37)[0], wanted)
    assert not torch.allclose(form(q, k, v, window=36)[0], wanted)


@pytest.mark.parametrize("window", [1, 7, 32, 33, 100])
def test_blocks_equal_the_loop_at_any_window(window):
    whole = tokens(2, 71)
    for fast, loop in (
        (based_attention, based.recurrent_based_attention),
        (window_attention, based.recurrent_window_attention),
    ):
        torch.testing.assert_close(fast(*whole, window=window), loop(*whole, window=window))


@pytest.mark.parametrize("form", [based_attention, window_attention, taylor_attention])
def test_each_row_of_a_padded_batch_is_its_own_sequence(form):
    lengths = torch.tensor([3, 11, 0, 7])
    whole, settings = tokens(4, 11), {} if form is taylor_attention else {"window": WINDOW}
    mask = length_mask(lengths, 11)
    outputs, state = form(*whole, mask=mask, **settings)
    for row, n in enumerate(lengths.tolist()):
        assert not outputs[row, n:].any()
        if n:
            alone, left = form(*(t[row, :n] for t in whole), **settings)
            torch.testing.assert_close(outputs[row, :n], alone)
            parts = zip(state, left, strict=True) if form is based_attention else [(state, left)]
            for got, wanted in parts:
                torch.testing.assert_close(got[row], wanted)


def test_the_buffer_is_the_last_pairs_that_count_oldest_first():
    q, k, v = tokens(6)
    mask = torch.tensor([True, False, True, True, False, True])
    _, buffer = window_attention(q, k, v, window=3, mask=mask)
    kept = torch.tensor([2, 3, 5])
    wanted = torch.cat([k[kept], v[kept], torch.ones(3, 1, dtype=k.dtype)], -1)
    torch.testing.assert_close(buffer, wanted)
    _, buffer = window_attention(q[:2], k[:2], v[:2], window=3, mask=mask[:2])
    assert not buffer[:2].any()
    torch.testing.assert_close(buffer[2, :D_KEY], k[0])


def test_what_has_left_the_window_is_in_the_memory_once():
    q, k, v = tokens(9)
    memory, _ = based_attention(q, k, v, window=WINDOW)[1]
    _, wanted = taylor_attention(q[:5], k[:5], v[:5])
    torch.testing.assert_close(memory, wanted)


def test_scores_of_a_thousand_are_no_trouble_to_the_fast_forms():
    q, k, v = tokens(2, 41, scale=1000.0, dtype=torch.float32)
    for form in (based_attention, window_attention):
        output, _ = form(q, k, v, window=WINDOW)
        exact, _ = form(q.double(), k.double(), v.double(), window=WINDOW)
        torch.testing.assert_close(output.double(), exact, atol=2e-3, rtol=2e-3)


@pytest.mark.parametrize("form", [based_attention, window_attention, taylor_attention])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_in_half_out_and_autocast_changes_nothing(form, dtype):
    whole = tokens(2, 37, dtype=dtype)
    output, _ = form(*whole)
    assert output.dtype == dtype
    exact, _ = form(*(t.double() for t in whole))
    torch.testing.assert_close(output.double(), exact, atol=0.02, rtol=0.02)
    single = [t.float() for t in whole]
    with torch.autocast("cpu", torch.bfloat16):
        mixed, _ = form(*single)
    torch.testing.assert_close(mixed, form(*single)[0], rtol=0, atol=0)


@pytest.mark.parametrize("form", [based_attention, window_attention])
def test_derivatives_of_both_orders(form):
    mask = torch.tensor([True, True, False, True, True, True])
    leaves = [t.requires_grad_() for t in tokens(6)]

    def read(*leaves):
        return form(*leaves, window=2, mask=mask)[0]

    assert torch.autograd.gradcheck(read, leaves)
    assert torch.autograd.gradgradcheck(read, leaves)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"window": 0}, "window must be .*got 0"),
        ({"values": torch.full((7, D_VALUE), torch.nan)}, "values must hold finite numbers"),
        ({"mask": torch.ones(5, dtype=torch.bool)}, "mask must have shape"),
        (
            {"initial_state": torch.zeros(3, D_KEY + D_VALUE + 1)},
            "initial_state must hold a buffer of window = 4 slots, got 3",
        ),
        ({"initial_state": torch.zeros(4, D_KEY + D_VALUE)}, "initial_state must have shape"),
    ],
)
def test_what_does_not_fit_is_named(changed, words):
    named = dict(zip(("queries", "keys", "values"), tokens(7, dtype=torch.float32), strict=True))
    with pytest.raises(ValueError, match=words):
        window_attention(**{**named, "window": 4, **changed})


def test_a_sequence_without_tokens_is_refused():
    for form in (based_attention, window_attention, taylor_attention):
        with pytest.raises(ValueError, match="queries must hold at least one token"):
            form(*(t[:0] for t in tokens(3)))
