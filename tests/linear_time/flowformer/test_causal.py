"""Causal flow attention against loops from the definition; padding, precision, compiled code."""

import math

import pytest
import torch

from attnkit.linear_time import causal_flow_attention
from attnkit.linear_time.flowformer import causal_conserved_flows
from attnkit.masks import length_mask


def tokens(*shape, dtype=torch.float64):
    generator = torch.Generator().manual_seed(0)
    drawn = [
        torch.randn(*shape, size, generator=generator, dtype=torch.float64) for size in (3, 3, 5)
    ]
    return [t.to(dtype) for t in drawn]


def by_hand(queries, keys, values):
    """Conserved flows so far and reads, token by token from the definition."""
    q, k = queries.sigmoid(), keys.sigmoid()
    number = range(1, len(q) + 1)
    into = [q[i] @ k[: i + 1].sum(0) for i in range(len(q))]
    out_of = [k[i] @ q[: i + 1].sum(0) for i in range(len(q))]
    conserved_in, conserved_out, reads = [], [], []
    for i in range(len(q)):
        conserved_in.append(
            sum(number[j] * q[i] @ k[j] / out_of[j] for j in range(i + 1)) / (i + 1)
        )
        conserved_out.append(sum(number[j] * k[i] @ q[j] / into[j] for j in range(i + 1)) / (i + 1))
        strength = torch.stack([torch.exp(min(x, torch.ones_like(x))) for x in conserved_out])
        shares = strength * torch.arange(1, i + 2) / strength.cumsum(0)
        pipes = torch.stack([q[i] @ k[j] for j in range(i + 1)])
        reads.append(conserved_in[i].sigmoid() * (pipes / into[i] * shares) @ values[: i + 1])
    return [torch.stack(each) for each in (conserved_in, conserved_out, reads)]


@pytest.mark.parametrize("n", [1, 2, 13])
def test_reads_and_flows_are_those_of_the_definition(n):
    q, k, v = tokens(n)
    conserved_in, conserved_out, wanted = by_hand(q, k, v)
    torch.testing.assert_close(causal_flow_attention(q, k, v)[0], wanted)
    flows = causal_conserved_flows(q, k)
    torch.testing.assert_close(flows.conserved_incoming, conserved_in)
    torch.testing.assert_close(flows.conserved_outgoing, conserved_out)


def test_each_row_of_a_padded_batch_is_its_own_sequence():
    lengths = torch.tensor([3, 11, 0, 7])
    mask = length_mask(lengths, 11)
    whole = [t.masked_fill(~mask[..., None], math.nan) for t in tokens(4, 11)]
    outputs, state = causal_flow_attention(*whole, mask=mask)
    assert not outputs[~mask].any()
    for row, n in enumerate(lengths.tolist()):
        if n:
            alone, left = causal_flow_attention(*(t[row, :n] for t in whole))
            torch.testing.assert_close(outputs[row, :n], alone)
            for got, wanted in zip(state, left, strict=True):
                torch.testing.assert_close(got[row], wanted)


def test_no_token_sees_a_later_one():
    q, k, v = tokens(13)
    later = [torch.cat([t[:9], t[9:] + 1]) for t in (q, k, v)]
    reads = causal_flow_attention(q, k, v)[0][:9], causal_flow_attention(*later)[0][:9]
    torch.testing.assert_close(*reads)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_in_half_out_and_autocast_changes_nothing(dtype):
    whole = tokens(2, 37, dtype=dtype)
    output, state = causal_flow_attention(*whole)
    assert output.dtype == dtype
    assert state[0].dtype == torch.float32
    exact, _ = causal_flow_attention(*(t.double() for t in whole))
    torch.testing.assert_close(output.double(), exact, atol=0.02, rtol=0.02)
    single = [t.float() for t in whole]
    with torch.autocast("cpu", torch.bfloat16):
        mixed, _ = causal_flow_attention(*single)
    torch.testing.assert_close(mixed, causal_flow_attention(*single)[0], rtol=0, atol=0)


def test_what_does_not_fit_is_named():
    q, k, v = tokens(7)
    with pytest.raises(ValueError, match="at least one token"):
        causal_flow_attention(q[:0], k[:0], v[:0])
    with pytest.raises(ValueError, match="initial_state"):
        causal_flow_attention(q, k, v, initial_state=(torch.zeros(3, 5), torch.zeros(2)))


COMPILED = """
import torch
from attnkit.linear_time import causal_flow_attention, flow_attention, flow_weights

q, k, v = torch.randn(3, 2, 7, 5, generator=torch.Generator().manual_seed(0))
whole = dict(fullgraph=True, backend="aot_eager")
for form, tokens in ((flow_weights, (q, k)), (flow_attention, (q, k, v))):
    torch.testing.assert_close(torch.compile(form, **whole)(*tokens), form(*tokens))
compiled = torch.compile(causal_flow_attention, backend="aot_eager")
torch.testing.assert_close(compiled(q, k, v)[0], causal_flow_attention(q, k, v)[0])
"""


def test_compiled_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)
