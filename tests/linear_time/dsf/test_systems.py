"""Attention, linear attention and S6 as one form: against their own functions, and by hand."""

import math

import pytest
import torch

from attnkit import memory
from attnkit.linear_time import dsf, dynamical_system, selective_ssm, taylor_order_attention
from attnkit.masks import length_mask

D_KEY, D_VALUE = 3, 5


def tokens(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    sizes = (D_KEY, D_KEY, D_VALUE)
    drawn = [torch.randn(*shape, n, generator=generator, dtype=torch.float64) for n in sizes]
    return [each.to(dtype) for each in drawn]


def steps_of(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(shape, generator=generator, dtype=torch.float64)


def test_the_recurrence_is_the_one_of_the_formula():
    a, b, c = torch.rand(3, 2, 7, D_KEY, D_VALUE, dtype=torch.float64)
    values = tokens(2, 7)[2]
    output, state = dynamical_system(a, b, c, values)
    for row in range(2):
        for channel in range(D_VALUE):
            held = [0.0] * D_KEY
            for t in range(7):
                at = (row, t, slice(None), channel)
                put = values[row, t, channel].item()
                pairs = zip(held, a[at].tolist(), b[at].tolist(), strict=True)
                held = [h * keep + write * put for h, keep, write in pairs]
                told = sum(h * r for h, r in zip(held, c[at].tolist(), strict=True))
                assert output[row, t, channel].item() == pytest.approx(told)
            assert state[row, :, channel].tolist() == pytest.approx(held)


def test_linear_attention_is_a_system_with_and_without_decay():
    q, k, v = tokens(2, 11)
    decay = -steps_of(2, 11)
    for log_decay in (None, decay):
        system = dsf.linear_system(q, k, log_decay=log_decay)
        wanted = memory.linear_attention(q, k, v, log_decay=log_decay)
        torch.testing.assert_close(dynamical_system(*system, v), wanted)


def test_the_normaliser_may_stand_in_the_read_or_in_the_transition():
    q, k, v = tokens(2, 11)
    q, k = q.abs(), k.abs()
    wanted, state = memory.normalised_linear_attention(q, k, v)
    system = dsf.normalised_linear_system(q, k)
    got, left = dynamical_system(*system, v)
    torch.testing.assert_close(got, wanted)
    torch.testing.assert_close(left, state[..., :-1])
    sums = (q * k.cumsum(-2)).sum(-1)
    moved = dsf.change_coordinates(*system, 1 / sums[..., None, None])
    torch.testing.assert_close(dynamical_system(*moved, v)[0], wanted)
    torch.testing.assert_close(moved.transition[..., 1:, 0, 0], sums[..., :-1] / sums[..., 1:])
    assert moved.transition.max() > 1  # a normaliser may fall from one query to the next
    torch.testing.assert_close(moved.read[..., 0], q)


def test_a_query_without_weight_reads_zero_with_a_gradient_that_is_a_number():
    q, k, v = (each.abs().requires_grad_() for each in tokens(7))
    nothing = torch.where(torch.arange(7)[:, None] == 3, 0.0, q)
    output, _ = dynamical_system(*dsf.normalised_linear_system(nothing, k), v)
    assert not output[3].any()
    output.square().sum().backward()
    assert all(each.grad.isfinite().all() for each in (q, k))


@pytest.mark.parametrize("order", [2, 4])
def test_softmax_attention_is_the_limit_of_taylor_systems(order):
    q, k, v = tokens(2, 7)
    wanted = taylor_order_attention(q, k, v, order=order)[0]
    torch.testing.assert_close(
        dynamical_system(*dsf.taylor_system(q, k, order=order), v)[0], wanted
    )


def test_each_order_is_nearer_to_softmax_attention():
    q, k, v = tokens(2, 13)
    softmax = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    reads = [taylor_order_attention(q, k, v, order=p)[0] for p in (2, 4, 6, 8, 12)]
    errors = [(each - softmax).abs().max().item() for each in reads]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 1e-3 < 1e-1 < errors[0]
    second = memory.taylor_attention(q, k, v)
    torch.testing.assert_close(taylor_order_attention(q, k, v, order=2)[0], second[0])


@pytest.mark.parametrize("steps", [(2, 11), (2, 11, D_VALUE)])
@pytest.mark.parametrize("rates", [(), (D_KEY,), (D_KEY, D_VALUE)])
def test_s6_is_a_system(steps, rates):
    q, k, v = tokens(2, 11)
    delta, rate = steps_of(*steps), -2 * steps_of(*rates, seed=1)
    got = selective_ssm(q, k, v, steps=delta, rates=rate if rates else rate.item())
    by_channel = delta if delta.ndim == 3 else delta[..., None]
    table = rate if rate.ndim == 2 else rate.expand(D_KEY)[:, None]
    system = dsf.selective_system(q, k, steps=by_channel, rates=table)
    torch.testing.assert_close(got, dynamical_system(*system, v))
    loop = dsf.recurrent_selective_ssm(q, k, v, steps=delta, rates=rate if rates else rate.item())
    torch.testing.assert_close(got, loop)


def test_a_step_of_zero_leaves_no_trace():
    q, k, v = tokens(9)
    delta = steps_of(9)
    delta[4] = 0
    kept = torch.arange(9) != 4
    output, state = selective_ssm(q, k, v, steps=delta)
    wanted = selective_ssm(q[kept], k[kept], v[kept], steps=delta[kept])
    torch.testing.assert_close((output[kept], state), wanted)


def test_a_step_of_channels_makes_as_many_maps_of_tokens():
    """With one step for all channels there is one map of tokens; linear attention has no more."""
    q, k, _ = tokens(7)
    shared, own = steps_of(7), steps_of(7, 2)
    maps = []
    for delta in (shared[:, None].expand(-1, 2), own):
        basis = torch.eye(7, dtype=q.dtype)
        reads = [selective_ssm(q, k, put[:, None].expand(-1, 2), steps=delta)[0] for put in basis]
        maps.append(torch.stack(reads, 1))
    torch.testing.assert_close(maps[0][..., 0], maps[0][..., 1])
    assert (maps[1][..., 0] - maps[1][..., 1]).abs().max() > 0.1


def test_the_features_are_those_of_a_polynomial():
    q, k, _ = tokens(7)
    for order in range(6):
        scores = q @ k.T / math.sqrt(D_KEY)
        wanted = sum(scores**m / math.factorial(m) for m in range(order + 1))
        made = [dsf.power_features(each, order) for each in (q, k)]
        assert made[0].shape[-1] == dsf.taylor_state_size(D_KEY, order)
        torch.testing.assert_close(made[0] @ made[1].T, wanted)
    torch.testing.assert_close(dsf.power_features(q, 1)[:, 1:], q / D_KEY**0.25)


def test_sizes_and_lengths():
    sizes = [dsf.taylor_state_size(32, p) for p in (0, 1, 2, 4)]
    assert sizes == [1, 33, 1 + 32 + 32 * 33 // 2, 58_905]
    n = dsf.break_even_length(32, 32, 2)
    assert pytest.approx(n * 64) == 561 * 33


@pytest.mark.parametrize("form", [selective_ssm, taylor_order_attention])
def test_each_row_of_a_padded_batch_is_its_own_sequence(form):
    lengths = torch.tensor([3, 11, 0, 7])
    q, k, v = tokens(4, 11)
    seen = length_mask(lengths, 11)
    extra = {"steps": steps_of(4, 11, D_VALUE)} if form is selective_ssm else {}
    spoilt = [torch.where(seen[..., None], each, torch.nan) for each in (q, k, v)]
    named = {n: torch.where(seen[..., None], each, torch.nan) for n, each in extra.items()}
    output, state = form(*spoilt, mask=seen, **named)
    for row, n in enumerate(lengths.tolist()):
        assert not output[row, n:].any()
        if n:
            own = {name: each[row, :n] for name, each in extra.items()}
            wanted = form(*(each[row, :n] for each in (q, k, v)), **own)
            torch.testing.assert_close((output[row, :n], state[row]), wanted)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_in_half_out_and_autocast_changes_nothing(dtype):
    whole = tokens(2, 13, dtype=dtype)
    steps = steps_of(2, 13)
    for form, more in ((selective_ssm, {"steps": steps.to(dtype)}), (taylor_order_attention, {})):
        output, state = form(*whole, **more)
        assert (output.dtype, state.dtype) == (dtype, torch.float32)
        named = {name: each.double() for name, each in more.items()}
        exact, _ = form(*(each.double() for each in whole), **named)
        torch.testing.assert_close(output.double(), exact, atol=0.03, rtol=0.03)
        single = [each.float() for each in whole]
        with torch.autocast("cpu", torch.bfloat16):
            mixed, _ = form(*single, **more)
        torch.testing.assert_close(mixed, form(*single, **more)[0], rtol=0, atol=0)


def test_derivatives_of_both_orders():
    leaves = [each.requires_grad_() for each in tokens(5)]
    steps = steps_of(5, D_VALUE).requires_grad_()
    seen = torch.tensor([True, True, False, True, True])

    def read(q, k, v, delta):
        return selective_ssm(q, k, v, steps=delta, mask=seen)[0]

    assert torch.autograd.gradcheck(read, (*leaves, steps))
    assert torch.autograd.gradgradcheck(read, (*leaves, steps))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda q, k, v: taylor_order_attention(q, k, v, order=3), "order must be even, got 3"),
        (lambda q, k, v: taylor_order_attention(q[:0], k[:0], v[:0]), "at least one token"),
        (lambda q, k, v: selective_ssm(q[:0], k[:0], v[:0], steps=q[:0, 0]), "at least one token"),
        (lambda q, k, v: selective_ssm(q, k, v, steps=q[:, 0] - 9), "steps must be in"),
        (lambda q, k, v: dsf.power_features(torch.ones(2, 64), 12), "features at most"),
        (
            lambda q, k, v: dsf.change_coordinates(
                *dsf.linear_system(q, k), torch.zeros(7, 1, 1, dtype=q.dtype)
            ),
            "factors must be nowhere zero",
        ),
    ],
)
def test_what_does_not_fit_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call(*tokens(7))
