"""The plain forms where the cards' suite does not go: channel decay, resets, batches, a state."""

import pytest
import torch

from attnkit.cards import cards, mechanisms
from attnkit.memory import delta, linear
from tests.memory.conformance import MEMORIES, relative_error, results_and_gradients

PARALLEL = {
    linear.linear_attention: linear.parallel_linear_attention,
    linear.normalised_linear_attention: linear.parallel_normalised_linear_attention,
    delta.delta_rule: delta.parallel_delta_rule,
}


@pytest.mark.parametrize(
    "memory", [m for m in MEMORIES if m.fast in PARALLEL], ids=lambda memory: memory.name
)
@pytest.mark.parametrize("n_tokens", [1, 37])
def test_the_token_by_token_matrix_is_the_loop(memory, n_tokens):
    inputs = memory.inputs(2, 3, n_tokens)
    whole = results_and_gradients(PARALLEL[memory.fast], *inputs)
    loop = results_and_gradients(memory.reference, *inputs)
    for got, wanted in zip(whole, loop, strict=True):
        assert relative_error(got, wanted) <= 1e-13


@pytest.mark.parametrize("memory", MEMORIES, ids=lambda memory: memory.name)
def test_a_mask_of_the_loop_is_that_of_the_fast_form(memory):
    sequences, gates, state = memory.inputs(3, 13)
    mask = torch.rand(3, 13, generator=torch.Generator().manual_seed(5)) < 0.6
    for form in (memory.reference, PARALLEL.get(memory.fast)):
        if form is not None:
            for got, wanted in zip(
                form(*sequences, **gates, initial_state=state, mask=mask),
                memory.fast(*sequences, **gates, initial_state=state, mask=mask),
                strict=True,
            ):
                torch.testing.assert_close(got, wanted)


@pytest.mark.parametrize("form", PARALLEL.values(), ids=lambda form: form.__name__)
def test_a_hard_reset_leaves_nothing_of_what_was_before(form):
    generator = torch.Generator().manual_seed(3)
    q, k, v = torch.rand(3, 11, 4, generator=generator, dtype=torch.float64).unbind()
    rate = (
        [torch.full((11,), 0.3, dtype=torch.float64)] if form is PARALLEL[delta.delta_rule] else []
    )
    log_decay = torch.zeros(11, dtype=torch.float64)
    log_decay[6] = -torch.inf
    output, state = form(q, k, v, *rate, log_decay=log_decay)
    late = [t[6:] for t in (q, k, v, *rate)]
    alone, alone_state = form(*late)
    torch.testing.assert_close(output[6:], alone)
    torch.testing.assert_close(state, alone_state)


def test_every_memory_with_laws_declares_its_loop():
    for card in cards():
        if card.room == "memory":
            for mechanism in mechanisms(card):
                assert "recurrent" in mechanism.forms, mechanism.name
