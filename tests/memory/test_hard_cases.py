"""Correlated keys, rates near the limit, decay down to a hard reset, long sequences."""

import math
import warnings

import pytest
import torch
import torch.nn.functional as F

from attnkit.memory import delta_rule, linear_attention, momentum_rule
from attnkit.memory.delta import recurrent_delta_rule
from tests.memory.conformance import MEMORIES, relative_error, results_and_gradients

DELTA = next(m for m in MEMORIES if m.name == "delta")


def correlated_inputs(dtype):
    sequences, gates, state = DELTA.inputs(2, 257, d_key=31)
    shared = F.normalize(torch.ones(31, dtype=torch.float64), dim=0)
    noise = F.normalize(sequences[1] - (sequences[1] @ shared)[..., None] * shared, dim=-1)
    sequences[1] = math.sqrt(0.99) * shared + 0.1 * noise
    sequences[3] = torch.full_like(sequences[3], 1.9)
    return [s.to(dtype) for s in sequences], gates, state.to(dtype)


def test_correlated_keys_and_a_rate_of_1_9():
    fast = results_and_gradients(delta_rule, *correlated_inputs(torch.float32))
    exact = [[t.double() for t in part] for part in correlated_inputs(torch.float32)[:1]]
    state = correlated_inputs(torch.float32)[2].double()
    slow = results_and_gradients(recurrent_delta_rule, *exact, {}, state)
    for got, wanted in zip(fast, slow, strict=True):
        assert relative_error(got, wanted) <= 1e-5


@pytest.mark.parametrize("chunk_size", [4, 32])
@pytest.mark.parametrize("decay", [-0.1, -5.0, -88.0, -1e4, -math.inf])
@pytest.mark.parametrize("channels", [(), (7,)])
@pytest.mark.parametrize("function", [linear_attention, delta_rule])
def test_finite_for_any_decay(function, channels, decay, chunk_size):
    memory = next(m for m in MEMORIES if m.fast is function)
    sequences, _, state = memory.inputs(2, 67, dtype=torch.float32)
    log_decay = torch.full((2, 67, *channels), -0.05)
    log_decay[:, ::5] = decay
    results = results_and_gradients(
        function, sequences, {"log_decay": log_decay}, state, chunk_size=chunk_size
    )
    assert all(r.isfinite().all() for r in results)
    exact, _ = memory.reference(*(s.double() for s in sequences), log_decay=log_decay.double())
    fast, _ = function(*sequences, log_decay=log_decay, chunk_size=chunk_size)
    assert relative_error(fast, exact) <= 5e-7


def test_a_hard_reset_forgets_everything_before_it():
    sequences, _, state = DELTA.inputs(1, 23)
    log_decay = torch.zeros(1, 23, dtype=torch.float64)
    log_decay[:, 9] = -torch.inf
    output, final = delta_rule(*sequences, log_decay=log_decay, initial_state=state)
    fresh, fresh_final = delta_rule(*(s[:, 9:] for s in sequences))
    torch.testing.assert_close(output[:, 9:], fresh)
    torch.testing.assert_close(final, fresh_final)


def test_precision_does_not_wear_off_over_4096_tokens():
    sequences, _, _ = DELTA.inputs(1, 4096, dtype=torch.float32, d_key=17, d_value=13)
    output, state = linear_attention(*sequences[:3])
    exact = sequences[1].double().mT @ sequences[2].double()
    assert relative_error(state, exact) <= 5e-7
    last = sequences[0][:, -1:].double() @ exact
    assert relative_error(output[:, -1:], last) <= 5e-7


def test_momentum_without_momentum_and_forgetting_is_the_delta_rule():
    sequences, _, _ = DELTA.inputs(3, 47)
    nothing = torch.zeros_like(sequences[3])
    output, state = momentum_rule(*sequences, momentum=nothing, forgetting=nothing)
    wanted, wanted_state = delta_rule(*sequences)
    torch.testing.assert_close(output, wanted)
    torch.testing.assert_close(state[:, 0], wanted_state)


def test_one_full_write_at_a_unit_key_is_recalled_exactly():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sequences, _, state = DELTA.inputs(3, 1)
        output, _ = delta_rule(
            sequences[1], *sequences[1:3], torch.ones(3, 1).double(), initial_state=state
        )
    torch.testing.assert_close(output, sequences[2])


def test_a_query_without_any_weight_reads_zero_with_zero_gradient():
    from attnkit.memory import normalised_linear_attention

    queries = torch.tensor([[1.0, 0.0], [0.0, 1.0]], requires_grad=True)
    keys = torch.tensor([[0.0, 1.0], [0.0, 1.0]], requires_grad=True)
    values = torch.tensor([[2.0], [4.0]], requires_grad=True)
    output, _ = normalised_linear_attention(queries, keys, values)
    assert output.tolist() == [[0.0], [3.0]]
    output[0].sum().backward()
    for leaf in (queries, keys, values):
        assert torch.equal(leaf.grad, torch.zeros_like(leaf))


COMPILED = """
from functools import partial
import torch
from attnkit import memory
keys = torch.nn.functional.normalize(torch.rand(2, 13, 5), dim=-1).requires_grad_()
rate, mask = torch.rand(2, 13), torch.rand(2, 13) > 0.3
tokens = [keys, keys, torch.randn(2, 13, 3)]
rules = [
    partial(memory.normalised_linear_attention, *tokens, mask=mask),
    partial(memory.delta_rule, *tokens, rate),
    partial(memory.delta_rule, *tokens, rate, log_decay=-rate, mask=mask),
    partial(memory.momentum_rule, *tokens, rate, momentum=rate, forgetting=rate, mask=mask),
]
for rule in rules:
    rule, results = partial(rule, chunk_size=4), []
    compiled = torch.compile(lambda rule=rule: rule(), backend="aot_eager", fullgraph=True)
    for call in (rule, compiled):
        output, state = call()
        loss = output.sum() + state.sin().sum()
        results.append([output, state, *torch.autograd.grad(loss, keys)])
    torch.testing.assert_close(*results)
"""


def test_each_compiles_into_one_graph_without_the_shape_checker(plain_python):
    plain_python.run(COMPILED)
