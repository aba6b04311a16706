"""The chunk engine against the plain loop, and both against the rules they contain."""

import math

import pytest
import torch

from attnkit.memory import momentum_rule
from attnkit.memory.titans import (
    NeuralState,
    at_rest,
    neural_memory,
    read_memory,
    recurrent_neural_memory,
)
from tests.memory.titans.inputs import assert_same, inputs, part

depths = pytest.mark.parametrize("hidden", [(), (7,), (7, 11)], ids=["linear", "two", "three"])


@depths
@pytest.mark.parametrize("chunk_size", [1, 4, 23, 64])
def test_equals_the_plain_loop_of_its_chunks(hidden, chunk_size):
    sequences, gates, state = inputs(2, 2, hidden=hidden)
    named = gates | {"initial_state": state, "chunk_size": chunk_size}
    plain = recurrent_neural_memory(*sequences, **named)
    assert_same(neural_memory(*sequences, **named), plain)
    if chunk_size == 1:
        assert_same(recurrent_neural_memory(*sequences, **gates, initial_state=state), plain)


def test_longer_chunks_are_another_algorithm():
    sequences, gates, state = inputs(2)
    one, four = (
        neural_memory(*sequences, **gates, initial_state=state, chunk_size=size)[0]
        for size in (1, 4)
    )
    torch.testing.assert_close(one[:, 0], four[:, 0])
    assert (one[:, 1:] - four[:, 1:]).abs().max() > 1e-3


def test_a_linear_memory_in_chunks_of_one_is_the_momentum_rule():
    sequences, gates, _ = inputs(2)
    output, state = neural_memory(*sequences, **gates, chunk_size=1)
    wanted, (memory, velocity) = (
        w if i == 0 else w.unbind(-3) for i, w in enumerate(momentum_rule(*sequences, **gates))
    )
    torch.testing.assert_close(output, wanted)
    torch.testing.assert_close(state.memory[0], memory)
    torch.testing.assert_close(state.velocity[0], velocity)


@depths
def test_one_token_is_one_step_of_gradient_descent(hidden):
    (queries, keys, values, rate), gates, state = inputs(2, n=1, hidden=hidden)
    weights = [w.clone().requires_grad_() for w in state.memory]
    loss = (read_memory(keys, tuple(weights)) - values).square().sum() / 2
    slopes = torch.autograd.grad(loss, weights)
    _, after = neural_memory(
        queries, keys, values, rate, **gates, chunk_size=3, initial_state=state
    )
    for w, slope, moved in zip(weights, slopes, after.memory, strict=True):
        alpha, b = gates["forgetting"][..., None], rate[..., None]
        torch.testing.assert_close(moved, ((1 - alpha) * w - b * slope).detach())


@pytest.mark.parametrize("cut", [1, 6, 8, 22])
def test_may_be_cut_anywhere(cut):
    sequences, gates, state = inputs(2)
    whole = neural_memory(*sequences, **gates, initial_state=state, chunk_size=4)
    outputs = []
    for where in (slice(0, cut), slice(cut, None)):
        some, some_gates = part(sequences, gates, where)
        output, state = neural_memory(*some, **some_gates, initial_state=state, chunk_size=4)
        outputs.append(output)
    assert_same((torch.cat(outputs, -2), state), whole)


def test_rows_of_unequal_length_go_on_as_if_alone():
    sequences, gates, state = inputs(3)
    lengths = torch.tensor([9, 23, 2])
    mask = torch.arange(23) < lengths[:, None]
    for sequence in (*sequences, *gates.values()):
        sequence[~mask] = math.nan
    _, after = neural_memory(*sequences, **gates, initial_state=state, chunk_size=4, mask=mask)
    more, more_gates, _ = inputs(3, n=5, seed=1)
    together = neural_memory(*more, **more_gates, initial_state=after, chunk_size=4)
    for row, length in enumerate(lengths):
        here = NeuralState(*(tuple(w[row] for w in p) for p in state.parts), state.seen[row])
        first = part(*([s[row] for s in sequences], {n: g[row] for n, g in gates.items()}),
                     slice(0, length))  # fmt: skip
        _, here = neural_memory(*first[0], **first[1], initial_state=here, chunk_size=4)
        alone = neural_memory(
            *(s[row] for s in more),
            **{n: g[row] for n, g in more_gates.items()},
            initial_state=here,
            chunk_size=4,
        )
        torch.testing.assert_close(together[0][row], alone[0])


def test_a_masked_token_reads_zero_and_leaves_memory_and_velocity():
    sequences, gates, state = inputs(2)
    named = gates | {"chunk_size": 4}
    _, moving = neural_memory(*sequences, **named, initial_state=state)
    nothing = torch.zeros(2, 23, dtype=torch.bool)
    output, after = neural_memory(*sequences, **named, initial_state=moving, mask=nothing)
    assert output.abs().max() == 0
    for before, left in zip(moving.parts, after.parts, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(before, left, strict=True))


def test_gradients_and_second_derivatives():
    sequences, gates, state = inputs(1, n=5, hidden=(2,))
    leaves = [t.requires_grad_() for t in (*sequences, *gates.values(), *state.memory)]

    def call(q, k, v, rate, momentum, forgetting, *memory):
        output, after = neural_memory(
            q, k, v, rate, momentum=momentum, forgetting=forgetting,
            initial_state=at_rest(memory), chunk_size=2,
        )  # fmt: skip
        return output, *after.memory, *after.velocity

    assert torch.autograd.gradcheck(call, leaves, fast_mode=True)
    assert torch.autograd.gradgradcheck(call, leaves, fast_mode=True)


def test_a_network_that_has_forgotten_all_never_learns_again():
    sequences, gates, state = inputs(2)
    _, gone = neural_memory(
        *sequences, **gates | {"forgetting": torch.ones_like(sequences[3])}, chunk_size=1,
        initial_state=at_rest(tuple(map(torch.zeros_like, state.memory))),
    )  # fmt: skip
    assert all(w.abs().max() == 0 for w in gone.memory)
    linear, linear_gates, _ = inputs(2, hidden=())
    _, learned = neural_memory(*linear, **linear_gates, chunk_size=1)
    assert learned.memory[0].abs().max() > 0
