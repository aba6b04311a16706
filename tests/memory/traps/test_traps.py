"""Every known trap, by name: the broken form fails here, and ours does not."""

import math

import pytest
import torch
from torch.profiler import profile

from attnkit.memory import delta_rule, linear_attention, traps


@pytest.mark.parametrize("correlation", [0.9, 0.99])
def test_trap_doubled_series_for_the_inverse(correlation):
    errors = traps.doubled_series(correlation, size=64)
    assert not errors["broken"] < 1e-2
    assert errors["safe"] <= 1e-6


@pytest.mark.parametrize("nats", [3.0, 5.0, 20.0])
def test_trap_factorised_decay(nats):
    errors = traps.factorised_decay(nats)
    assert not math.isfinite(errors["broken"])
    assert errors["safe"] <= 1e-6


def test_trap_exponential_before_the_mask():
    differences = torch.arange(32.0)[:, None] - torch.arange(32.0)
    broken = (-5 * differences).exp() * torch.ones(32, 32).tril()
    assert broken.isnan().any()
    log_decay = torch.full((1, 32), -5.0, requires_grad=True)
    ones = torch.ones(1, 32, 1)
    output, _ = linear_attention(ones, ones, ones, log_decay=log_decay)
    output.sum().backward()
    assert output.isfinite().all()
    assert log_decay.grad.isfinite().all()


@pytest.mark.parametrize("position", [0, 7, 31])
def test_trap_quotient_of_resets(position):
    errors = traps.quotient_of_resets(position)
    assert math.isnan(errors["broken"])
    assert errors["safe"] <= 1e-6


def test_trap_cancelling_decay_after_a_deep_dip():
    log_decay = torch.full((32, 1), -0.01)
    log_decay[2] = -3000.0
    total = log_decay.cumsum(-2)
    broken = (total - total.mT).exp()[3:, 3:].tril()
    steps = torch.arange(29.0)
    exact = (-0.01 * (steps[:, None] - steps)).exp().tril()
    assert (broken - exact).abs().max() > 1e-4
    ones = torch.ones(32, 1)
    _, state = linear_attention(ones, ones, ones, log_decay=log_decay[:, 0])
    assert state.item() == pytest.approx(sum(math.exp(-0.01 * n) for n in range(30)), rel=5e-7)


def test_trap_state_in_low_precision():
    errors = traps.low_precision_state(4096)
    assert errors["broken"] >= 1e-2
    assert errors["safe"] <= 1e-6


def allocated_by_backward(loop, n_tokens: int) -> int:
    """Bytes allocated in total while going backward."""
    inputs = [torch.rand(1, n_tokens, n, requires_grad=True) for n in (4, 4, 4)]
    rate = torch.rand(1, n_tokens, requires_grad=True)
    output = loop(*inputs, rate)[0]
    with profile(profile_memory=True) as record:
        output.sum().backward()
    return sum(max(0, event.self_cpu_memory_usage) for event in record.events())


def sliced_delta_rule(queries, keys, values, rate):
    state, outputs = keys.new_zeros(1, 4, 4), []
    for t in range(keys.shape[1]):
        q, k, v, b = queries[:, t], keys[:, t], values[:, t], rate[:, t]
        error = v - (k[..., None] * state).sum(-2)
        state = state + (b[:, None] * k)[..., None] * error[:, None]
        outputs.append((q[..., None] * state).sum(-2))
    return torch.stack(outputs, 1), state


@pytest.mark.filterwarnings("ignore")
def test_trap_slicing_inside_the_loop_makes_backward_quadratic():
    growth = {
        loop: allocated_by_backward(loop, 512) / allocated_by_backward(loop, 128)
        for loop in (sliced_delta_rule, delta_rule)
    }
    assert growth[sliced_delta_rule] > 7
    assert growth[delta_rule] < 5


def test_trap_normaliser_outside_the_graph():
    errors = traps.detached_normaliser(37)
    assert errors["broken"] >= 0.1
    assert errors["safe"] <= 1e-12


@pytest.mark.parametrize("split", [1, 29, 63])
def test_trap_normaliser_outside_the_carried_state(split):
    errors = traps.forgotten_normaliser(split)
    assert errors["broken"] >= 0.01
    assert errors["safe"] <= 1e-6


def test_trap_signed_denominator():
    excess = traps.signed_denominator(256)
    assert excess["broken"] > 1
    assert excess["safe"] <= 1


def test_trap_block_shifted_is_not_causal_attention():
    delay = traps.block_shifted_attention(70)
    assert delay["broken"] == 128 - 70
    assert delay["safe"] == 0


@pytest.mark.parametrize("nats", [0.01, 0.1, 1.0])
def test_trap_decay_carried_twice(nats):
    errors = traps.decay_carried_twice(nats)
    assert errors["broken"] >= 0.01
    assert errors["safe"] <= 1e-13


def test_trap_errors_at_the_chunk_entry():
    for chunk_size in (4, 16, 64):
        errors = traps.entry_errors(chunk_size)
        assert errors["broken"] >= 0.1
        assert errors["safe"] <= 1e-13
    assert traps.entry_errors(1)["broken"] <= 1e-13


def test_trap_chunks_larger_than_needed_change_speed_only():
    generator = torch.Generator().manual_seed(0)
    sequences = [torch.randn(1, 101, 5, generator=generator) for _ in range(3)]
    small, _ = linear_attention(*sequences, chunk_size=8)
    large, _ = linear_attention(*sequences, chunk_size=4096)
    torch.testing.assert_close(small, large)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_trap_reduced_precision_products_are_off_by_default():
    assert not torch.backends.cuda.matmul.allow_tf32
    generator = torch.Generator().manual_seed(0)
    sequences = [torch.randn(2, 257, 64, generator=generator) for _ in range(3)]
    on_device, _ = linear_attention(*(s.cuda() for s in sequences))
    exact, _ = linear_attention(*(s.double() for s in sequences))
    assert (on_device.cpu() - exact).norm() / exact.norm() <= 5e-7
