"""Edges of the range: empty batches, no width, and finite numbers whose sums are not."""

import contextlib

import pytest
import torch

from attnkit.memory import (
    delta_rule,
    linear_attention,
    momentum_rule,
    normalised_linear_attention,
    taylor_features,
)
from tests.memory.conformance import MEMORIES, results_and_gradients

memories = pytest.mark.parametrize("memory", MEMORIES, ids=lambda m: m.name)


@memories
@pytest.mark.parametrize("shape", [(0, 7), (3, 0, 7)])
@pytest.mark.filterwarnings("error")
def test_an_empty_batch_gives_an_empty_result(memory, shape):
    sequences, gates, state = memory.inputs(*shape, d_key=5, d_value=2)
    results = results_and_gradients(memory.fast, sequences, gates, state)
    assert results[0].shape == (*shape, 2)
    assert results[1].shape == state.shape
    assert [tuple(g.shape) for g in results[2:]] == [
        tuple(t.shape) for t in (*sequences, *gates.values(), state)
    ]


@memories
@pytest.mark.parametrize(("d_key", "d_value"), [(0, 3), (3, 0)])
@pytest.mark.filterwarnings("error")
def test_no_width_reads_what_an_empty_sum_is(memory, d_key, d_value):
    """Without key channels every read is a sum of nothing; without value channels it is empty."""
    sequences, gates, state = memory.inputs(2, 7, d_key=d_key, d_value=d_value)
    output, final = memory.fast(*sequences, **gates, initial_state=state, chunk_size=4)
    assert torch.equal(output, torch.zeros(2, 7, d_value, dtype=torch.float64))
    assert final.shape == state.shape


def calls(keys, values, rate):
    """Every memory on the same tokens, by name."""
    nothing = torch.zeros_like(rate)
    return {
        "linear": lambda q: linear_attention(q, keys, values),
        "decay": lambda q: linear_attention(q, keys, values, log_decay=nothing),
        "normalised": lambda q: normalised_linear_attention(q, keys, values),
        "delta": lambda q: delta_rule(q, keys, values, rate),
        "momentum": lambda q: momentum_rule(
            q, keys, values, rate, momentum=nothing, forgetting=nothing
        ),
    }


@pytest.mark.parametrize("name", ["linear", "decay", "normalised", "delta", "momentum"])
def test_finite_inputs_whose_state_overflows_say_so(name):
    """The output of zero queries is zero times infinity, or was zero and hid an infinite state."""
    keys, values = torch.full((1, 3, 2), 1e20), torch.full((1, 3, 1), 1e20)
    call = calls(keys, values, torch.ones(1, 3))[name]
    growing = pytest.warns(UserWarning, match="errors grow")
    growing = growing if name in ("delta", "momentum") else contextlib.nullcontext()
    words = r"overflows torch.float32 .*keys reach 1e\+20, values reach"
    with growing, pytest.raises(ValueError, match=words):
        call(torch.zeros(1, 3, 2))


def test_an_output_that_its_half_precision_cannot_hold_says_so():
    keys = torch.full((1, 3, 2), 200.0, dtype=torch.float16)
    with pytest.raises(ValueError, match=r"output overflows torch.float16 \(up to 6.55e\+04\)"):
        linear_attention(keys, keys, keys)
    with pytest.raises(ValueError, match=r"the square of x overflows torch.float16.*x reach 1e"):
        taylor_features(torch.full((3,), 1e4, dtype=torch.float16))


def test_what_merely_sums_to_infinity_passes():
    """Half-precision outputs of 40,000 are fine, though two of them sum to more than it holds."""
    x = torch.full((1, 5, 1), 200.0, dtype=torch.float16)
    reset = torch.full((1, 5), -torch.inf)
    ones = torch.ones_like(x)
    output, _ = linear_attention(ones, x, x, log_decay=reset)
    assert (output == 40_000).all()
