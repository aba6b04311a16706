"""The kernels equal the loop over tokens: outputs, states and all gradients."""

import math

import pytest
import torch
import torch.nn.functional as F

from attnkit.memory.delta import delta_rule
from tests.memory.conformance import relative_error
from tests.memory.delta.fused.calls import call, distances

pytestmark = pytest.mark.usefixtures("kernels")


@pytest.mark.parametrize(
    ("n_tokens", "decay"), [(1, False), (33, False), (1, True), (31, True), (63, True), (65, True)]
)
def test_any_length(n_tokens, decay):
    assert distances(*call(1, n_tokens, decay=decay)).max() <= 1e-5


def test_a_thousand_tokens():
    assert distances(*call(1000, widths=(5, 3))).max() <= 1e-5


@pytest.mark.parametrize(("n_key", "n_value"), [(67, 1), (19, 37)])
def test_heads_of_several_blocks_of_features(n_key, n_value):
    assert distances(*call(37, widths=(n_key, n_value))).max() <= 1e-5


def test_batch_heads_and_a_layout_with_heads_inside():
    sequences, gates, state = call(2, 2, 11)
    sequences = [t.transpose(1, 2).contiguous().transpose(1, 2) for t in sequences]
    gates = {n: g.transpose(1, 2).contiguous().transpose(1, 2) for n, g in gates.items()}
    assert not sequences[0].is_contiguous()
    assert distances(sequences, gates, state.mT.contiguous().mT).max() <= 1e-5


def test_what_is_masked_is_not_there():
    sequences, gates, state = call(41)
    mask = torch.rand(41, generator=torch.Generator().manual_seed(1)) < 0.7
    assert distances(sequences, gates, state, mask=mask).max() <= 1e-5


@pytest.mark.parametrize("at", [[0, 3, 4, 31, 32], range(41)])
def test_hard_resets(at):
    sequences, gates, state = call(41)
    gates["log_decay"][list(at)] = -math.inf
    assert distances(sequences, gates, state).max() <= 1e-5


def test_a_hard_reset_alone_has_a_gradient_of_zero():
    sequences, gates, state = call(41)
    decay = gates["log_decay"]
    decay[[3, 31, 32]] = -math.inf
    output, final = delta_rule(*sequences, log_decay=decay.requires_grad_(), initial_state=state)
    (gradient,) = torch.autograd.grad(output.square().sum() + final.sum(), decay)
    assert (gradient == 0).nonzero().flatten().tolist() == [3, 31, 32]


def test_correlated_keys_and_a_rate_of_1_9():
    sequences, _, state = call(67, widths=(31, 5), decay=False)
    shared = torch.full((31,), 31**-0.5)
    noise = F.normalize(sequences[1] - (sequences[1] @ shared)[:, None] * shared, dim=-1)
    sequences[1] = math.sqrt(0.99) * shared + 0.1 * noise
    sequences[3] = torch.full((67,), 1.9)
    assert distances(sequences, {}, state, metric=relative_error).max() <= 1e-5


def test_a_rate_that_overshoots_and_one_below_zero():
    sequences, gates, state = call(37)
    sequences[3] = sequences[3] * 2 - 1
    with pytest.warns(UserWarning, match="errors grow"):
        assert distances(sequences, gates, state).max() <= 1e-5


@pytest.mark.parametrize("cut", [1, 32])
def test_continues_from_the_state(cut):
    (*sequences, rate), gates, state = call(43)
    whole, last = delta_rule(*sequences, rate, **gates, initial_state=state)
    outputs = []
    for part in (slice(None, cut), slice(cut, None)):
        named = {name: gate[part] for name, gate in gates.items()}
        tokens = [t[part] for t in (*sequences, rate)]
        output, state = delta_rule(*tokens, **named, initial_state=state)
        outputs.append(output)
    torch.testing.assert_close(torch.cat(outputs), whole, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(state, last, atol=1e-5, rtol=1e-5)


def test_what_overflows_is_named():
    sequences, _, _ = call(3)
    sequences[2][1, 2] = math.nan
    with pytest.raises(ValueError, match="values must hold finite"):
        delta_rule(*sequences)
