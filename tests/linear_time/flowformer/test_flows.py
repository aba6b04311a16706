"""Flows and weights of flow attention against loops over pipes; masks, clamps, precision."""

import math

import pytest
import torch

from attnkit.linear_time import conserved_flows, flow_attention, flow_weights


def tokens(n=7, n_keys=11, *, gain=1.0, dtype=torch.float64, seed=0):
    generator = torch.Generator().manual_seed(seed)
    drawn = [
        torch.randn(*size, generator=generator, dtype=torch.float64)
        for size in ((n, 3), (n_keys, 3), (n_keys, 5))
    ]
    return [(gain * t).to(dtype) for t in drawn]


def pipe(query, key):
    return sum(1 / (1 + math.exp(-a)) / (1 + math.exp(-b)) for a, b in zip(query, key, strict=True))


def by_hand(queries, keys, clamp):
    """Weights by loops over pipes, written from the definition."""
    pipes = [[pipe(q, k) for k in keys.tolist()] for q in queries.tolist()]
    n, m = len(pipes), len(pipes[0])
    into = [sum(row) for row in pipes]
    out_of = [sum(row[j] for row in pipes) for j in range(m)]
    conserved_in = [sum(pipes[i][j] / out_of[j] for j in range(m)) for i in range(n)]
    conserved_out = [sum(pipes[i][j] / into[i] for i in range(n)) for j in range(m)]
    strength = [math.exp(min(out, math.inf if clamp is None else clamp)) for out in conserved_out]
    let_in = [1 / (1 + math.exp(-each * n / m)) for each in conserved_in]
    weights = [
        [let_in[i] * pipes[i][j] / into[i] * m * strength[j] / sum(strength) for j in range(m)]
        for i in range(n)
    ]
    return [torch.tensor(t, dtype=torch.float64) for t in (conserved_in, conserved_out, weights)]


@pytest.mark.parametrize("sizes", [(1, 1), (7, 11), (13, 2)])
@pytest.mark.parametrize("clamp", [1.0, 0.5, None])
def test_flows_and_weights_are_those_of_the_pipes(sizes, clamp):
    q, k, v = tokens(*sizes, gain=2.0)
    conserved_in, conserved_out, weights = by_hand(q, k, clamp)
    flows = conserved_flows(q, k)
    torch.testing.assert_close(flows.conserved_incoming, conserved_in)
    torch.testing.assert_close(flows.conserved_outgoing, conserved_out)
    torch.testing.assert_close(flow_weights(q, k, clamp=clamp), weights)
    torch.testing.assert_close(flow_attention(q, k, v, clamp=clamp), weights @ v)


def test_all_that_is_sent_is_taken():
    q, k, _ = tokens()
    flows = conserved_flows(q, k)
    torch.testing.assert_close(flows.incoming.sum(), flows.outgoing.sum())
    assert flows.conserved_incoming.sum().item() == pytest.approx(11)
    assert flows.conserved_outgoing.sum().item() == pytest.approx(7)


def test_what_does_not_count_is_never_looked_at():
    q, k, v = tokens()
    sinks, sources = torch.arange(7) < 5, torch.arange(11) % 3 > 0
    named = {"mask": sources, "query_mask": sinks}
    hidden = [
        t.masked_fill(~m[:, None], math.nan) for t, m in ((q, sinks), (k, sources), (v, sources))
    ]
    wanted = flow_attention(q[sinks], k[sources], v[sources])
    read = flow_attention(*hidden, **named)
    torch.testing.assert_close(read[sinks], wanted)
    assert not read[~sinks].any()
    weights = flow_weights(*hidden[:2], **named)
    torch.testing.assert_close(weights[sinks][:, sources], flow_weights(q[sinks], k[sources]))
    flows = conserved_flows(*hidden[:2], **named)
    torch.testing.assert_close(flows.conserved_outgoing[sources].sum().item(), 5.0)


def test_nothing_flows_where_nothing_counts():
    q, k, v = (t.requires_grad_() for t in tokens())
    for named in (
        {"mask": torch.zeros(11, dtype=torch.bool)},
        {"query_mask": torch.zeros(7, dtype=torch.bool)},
    ):
        read = flow_attention(q, k, v, **named)
        assert not read.any()
        slopes = torch.autograd.grad(read.sum(), (q, k, v))
        assert all(slope.isfinite().all() for slope in slopes)
    assert flow_attention(q, k[:0], v[:0]).shape == (7, 5)
    assert flow_attention(q[:0], k, v).shape == (0, 5)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_autocast(dtype):
    whole = tokens(dtype=dtype)
    read = flow_attention(*whole)
    assert read.dtype == dtype
    exact = flow_attention(*(t.double() for t in whole))
    assert (read.double() - exact).abs().max() <= 4 * torch.finfo(dtype).eps
    single = [t.float() for t in whole]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = flow_attention(*single)
    assert torch.equal(inside, flow_attention(*single))


def test_sigmoids_that_vanish_divide_nothing_by_nothing():
    q, k, v = tokens(dtype=torch.float32)
    leaves = [(q - 300).requires_grad_(), k.requires_grad_(), v.requires_grad_()]
    read = flow_attention(*leaves)
    assert read.isfinite().all()
    slopes = torch.autograd.grad(read.sum(), leaves)
    assert all(slope.isfinite().all() for slope in slopes)


def test_derivatives_are_right():
    leaves = [t.requires_grad_() for t in tokens(3, 4)]
    assert torch.autograd.gradcheck(lambda *t: flow_attention(*t, clamp=None), leaves)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"clamp": -1.0}, "clamp must be in .*got -1"),
        ({"values": torch.full((11, 5), math.nan)}, "values must hold finite"),
        ({"queries": torch.full((7, 3), math.inf)}, "queries must hold finite"),
        ({"mask": torch.ones(7, dtype=torch.bool)}, "mask must have"),
    ],
)
def test_wrong_input_is_named(arguments, message):
    named = dict(zip(("queries", "keys", "values"), tokens(dtype=torch.float32), strict=True))
    with pytest.raises(ValueError, match=message):
        flow_attention(**named | arguments)
