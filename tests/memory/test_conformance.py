"""Every memory: equal to its reference, whatever the length, the chunk, the split, the dtype."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.memory.conformance import MEMORIES, relative_error, results_and_gradients

memories = pytest.mark.parametrize("memory", MEMORIES, ids=lambda m: m.name)


@memories
@pytest.mark.parametrize("n_tokens", [1, 2, 31, 63, 101])
def test_equals_reference_in_double(memory, n_tokens):
    inputs = memory.inputs(2, 3, n_tokens)
    fast = results_and_gradients(memory.fast, *inputs)
    slow = results_and_gradients(memory.reference, *inputs)
    for got, wanted in zip(fast, slow, strict=True):
        assert relative_error(got, wanted) <= 1e-13


@memories
def test_equals_reference_in_single(memory):
    inputs = memory.inputs(2, 509, dtype=torch.float32, d_key=23, d_value=19)
    as_double = ([t.double() for t in inputs[0]], {n: g.double() for n, g in inputs[1].items()})
    fast = results_and_gradients(memory.fast, *inputs)
    slow = results_and_gradients(memory.reference, *as_double, inputs[2].double())
    for got, wanted in zip(fast, slow, strict=True):
        assert got.dtype == torch.float32
        assert relative_error(got, wanted) <= 5e-7


@memories
@pytest.mark.parametrize("chunk_size", [1, 3, 16, 1000])
def test_chunk_size_changes_nothing(memory, chunk_size):
    inputs = memory.inputs(3, 67)
    fast = results_and_gradients(memory.fast, *inputs, chunk_size=chunk_size)
    slow = results_and_gradients(memory.fast, *inputs)
    for got, wanted in zip(fast, slow, strict=True):
        assert relative_error(got, wanted) <= 1e-13


@memories
@settings(max_examples=12, deadline=None, derandomize=True)
@given(split=st.integers(1, 70), chunk_size=st.sampled_from([1, 5, 16, 32]))
def test_any_split_equals_the_whole(memory, split, chunk_size):
    sequences, gates, state = memory.inputs(2, 71, dtype=torch.float32)

    def in_two(*sequences, initial_state, **gates):
        outputs = []
        for part in (slice(0, split), slice(split, None)):
            output, initial_state = memory.fast(
                *(s[:, part] for s in sequences),
                **{name: gate[:, part] for name, gate in gates.items()},
                initial_state=initial_state,
                chunk_size=chunk_size,
            )
            outputs.append(output)
        return torch.cat(outputs, -2), initial_state

    whole = results_and_gradients(memory.fast, sequences, gates, state)
    pieces = results_and_gradients(in_two, sequences, gates, state)
    for got, wanted in zip(pieces, whole, strict=True):
        assert relative_error(got, wanted) <= 1e-6


@memories
def test_gradcheck(memory):
    sequences, gates, state = memory.inputs(2, 7, d_key=3, d_value=2)
    leaves = [t.requires_grad_() for t in (*sequences, *gates.values(), state)]

    def call(*leaves):
        named = dict(zip(gates, leaves[len(sequences) : -1], strict=True))
        return memory.fast(
            *leaves[: len(sequences)], **named, initial_state=leaves[-1], chunk_size=4
        )

    assert torch.autograd.gradcheck(call, leaves)


@memories
def test_no_state_is_a_state_of_zeros(memory):
    sequences, gates, state = memory.inputs(2, 11)
    without, _ = memory.fast(*sequences, **gates)
    zeros, _ = memory.fast(*sequences, **gates, initial_state=torch.zeros_like(state))
    assert torch.equal(without, zeros)


@memories
def test_non_contiguous_and_unbatched(memory):
    sequences, gates, state = memory.inputs(2, 13)
    wanted, _ = memory.fast(*sequences, **gates, initial_state=state)
    strided = [s.movedim(0, -1).contiguous().movedim(-1, 0) for s in sequences]
    got, _ = memory.fast(*strided, **gates, initial_state=state)
    torch.testing.assert_close(got, wanted)
    alone, _ = memory.fast(
        *(s[1] for s in sequences),
        **{n: g[1] for n, g in gates.items()},
        initial_state=state[1],
    )
    torch.testing.assert_close(alone, wanted[1])


@memories
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_in_half_out_state_in_single(memory, dtype):
    sequences, gates, _ = memory.inputs(2, 37, dtype=dtype)
    output, final = memory.fast(*sequences, **gates)
    exact, _ = memory.reference(
        *(s.double() for s in sequences), **{n: g.double() for n, g in gates.items()}
    )
    assert output.dtype == dtype
    assert final.dtype == torch.float32
    assert relative_error(output, exact) <= torch.finfo(dtype).eps


@memories
def test_vmap_and_per_example_gradients_equal_the_batch(memory):
    sequences, gates, state = memory.inputs(3, 7, d_key=5, d_value=2)

    def loss(keys, others, gates, state):
        output, final = memory.fast(others[0], keys, *others[1:], **gates, initial_state=state)
        return output.sin().sum() + final.square().sum()

    others = [sequences[0], *sequences[2:]]
    alone = torch.func.vmap(torch.func.grad(loss))(sequences[1], others, gates, state)
    keys = sequences[1].clone().requires_grad_()
    torch.testing.assert_close(alone, *torch.autograd.grad(loss(keys, others, gates, state), keys))


@memories
def test_no_token_sees_a_later_one(memory):
    sequences, gates, state = memory.inputs(1, 41)
    changed = [s.clone() for s in sequences]
    for sequence in changed:
        sequence[:, 29:] *= 0.5
    before, _ = memory.fast(*sequences, **gates, initial_state=state)
    after, _ = memory.fast(*changed, **gates, initial_state=state)
    torch.testing.assert_close(after[:, :29], before[:, :29], rtol=1e-14, atol=1e-14)
    assert not torch.allclose(after[:, 29:], before[:, 29:])


@memories
def test_the_given_state_is_left_alone(memory):
    sequences, gates, state = memory.inputs(1, 5)
    copy = state.clone()
    memory.fast(*sequences, **gates, initial_state=state)
    assert torch.equal(state, copy)
