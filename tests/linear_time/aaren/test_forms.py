"""Aaren's attention beside softmax of every prefix; scans, states, masks, precision, gradients."""

import math

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from attnkit.linear_time import aaren_attention
from attnkit.linear_time.aaren import (
    parallel_aaren_attention,
    recurrent_aaren_attention,
    shallow_aaren_attention,
)

FORMS = [
    aaren_attention,
    recurrent_aaren_attention,
    shallow_aaren_attention,
    parallel_aaren_attention,
]


def tokens(*shape, seed=0, scale=1.0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)

    def normal(*sizes):
        return torch.randn(*sizes, generator=generator, dtype=torch.float64).to(dtype)

    *batch, n = shape
    return [scale * normal(*batch, 3), normal(*batch, n, 3), normal(*batch, n, 5)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("n_tokens", [1, 2, 3, 4, 5, 13, 64, 65])
def test_every_read_is_softmax_of_its_prefix(form, n_tokens):
    query, keys, values = tokens(n_tokens)
    reads, state = form(query, keys, values)
    for t in range(n_tokens):
        weights = (keys[: t + 1] @ query / math.sqrt(3)).softmax(0)
        torch.testing.assert_close(reads[t], weights @ values[: t + 1])
    scores = keys @ query / math.sqrt(3)
    torch.testing.assert_close(state[0] + state[1].log(), scores.logsumexp(0))


@pytest.mark.parametrize("form", FORMS)
def test_it_is_causal_softmax_attention_with_one_query_for_all_tokens(form):
    query, keys, values = tokens(2, 37)
    queries = query[:, None].expand(-1, 37, -1)
    wanted = scaled_dot_product_attention(queries, keys, values, is_causal=True)
    torch.testing.assert_close(form(query, keys, values)[0], wanted)


@pytest.mark.parametrize("form", FORMS)
def test_a_thousand_added_to_every_score_changes_nothing(form):
    query, keys, values = tokens(2, 37)
    along = query / query.square().sum(-1, keepdim=True) * 1000 * math.sqrt(3)
    moved, state = form(query, keys + along[:, None], values)
    torch.testing.assert_close(moved, form(query, keys, values)[0], rtol=1e-9, atol=1e-9)
    assert state[0].min() > 900


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_scores_of_hundreds_are_no_trouble(form, dtype):
    query, keys, values = tokens(2, 41, scale=400.0, dtype=dtype)
    exact, _ = recurrent_aaren_attention(*(t.double() for t in (query, keys, values)))
    torch.testing.assert_close(form(query, keys, values)[0].double(), exact, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_read_of_no_token_and_its_triple_is_neutral(form):
    query, keys, values = tokens(2, 7)
    output, state = form(query, keys[:, :0], values[:, :0])
    assert output.shape == (2, 0, 5)
    assert state[0].tolist() == [-math.inf] * 2
    assert not state[1].any()
    assert not state[2].any()
    again, _ = form(query, keys, values, initial_state=state)
    torch.testing.assert_close(again, form(query, keys, values)[0])


@pytest.mark.parametrize("form", FORMS)
def test_a_masked_token_is_not_there_nor_looked_at(form):
    query, keys, values = tokens(2, 9)
    mask = torch.tensor([[0, 1, 0, 0, 1, 1, 1, 0, 0], [0] * 9], dtype=torch.bool)
    keys, values = (t.masked_fill(~mask[..., None], torch.nan) for t in (keys, values))
    keys.requires_grad_()
    output, state = form(query, keys, values, mask=mask)
    alone, left = form(query[:1], keys[:1, mask[0]], values[:1, mask[0]])
    torch.testing.assert_close(output[:1, mask[0]], alone)
    for one, other in zip(state, left, strict=True):
        torch.testing.assert_close(one[:1], other)
    assert not output[~mask].any()
    assert state[0][1] == -math.inf
    (gradient,) = torch.autograd.grad(output.square().sum(), keys)
    assert gradient.isfinite().all()
    assert not gradient[~mask].any()


@pytest.mark.parametrize("form", FORMS)
def test_derivatives_of_both_orders_with_a_state_and_a_mask(form):
    mask = torch.tensor([True, False, True, True, True])
    start = (torch.tensor(0.3), torch.tensor(1.2), torch.ones(5))
    start = tuple(t.double() for t in start)
    leaves = [t.requires_grad_() for t in (*tokens(5), *start[1:])]

    def read(query, keys, values, weight, total):
        state = (start[0], weight, total)
        return form(query, keys, values, initial_state=state, mask=mask)[0]

    assert torch.autograd.gradcheck(read, leaves)
    assert torch.autograd.gradgradcheck(read, leaves)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_in_half_out_and_autocast_changes_nothing(form, dtype):
    whole = tokens(2, 37, dtype=dtype)
    output, state = form(*whole)
    assert output.dtype == dtype
    assert all(part.dtype == torch.float32 for part in state)
    exact, _ = form(*(t.double() for t in whole))
    torch.testing.assert_close(output.double(), exact, atol=0.02, rtol=0.02)
    single = [t.float() for t in whole]
    with torch.autocast("cpu", torch.bfloat16):
        mixed, _ = form(*single)
    torch.testing.assert_close(mixed, form(*single)[0], rtol=0, atol=0)


COMPILED = """
import torch
from attnkit.linear_time import aaren_attention
from attnkit.linear_time.aaren import shallow_aaren_attention

query, (k, v) = torch.randn(2, 5), torch.randn(2, 2, 37, 5)
mask = torch.arange(37).expand(2, 37) % 5 > 0
for form in (aaren_attention, shallow_aaren_attention):
    whole = torch.compile(form, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(whole(query, k, v, mask=mask), form(query, k, v, mask=mask))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"query": torch.zeros(3, 3)}, "must have shape|query"),
        ({"keys": torch.full((2, 7, 3), torch.nan)}, "keys must hold finite numbers"),
        ({"values": torch.full((2, 7, 5), torch.inf)}, "values must hold finite numbers"),
        ({"query": torch.full((2, 3), 1e38), "keys": torch.full((2, 7, 3), 1e38)}, "scores of"),
        ({"values": torch.full((2, 7, 5), 3e38)}, "overflows torch.float32"),
        ({"mask": torch.ones(7, dtype=torch.bool)}, "mask must have shape"),
    ],
)
def test_what_does_not_fit_is_named(form, changed, words):
    given = dict(zip(("query", "keys", "values"), tokens(2, 7, dtype=torch.float32), strict=True))
    with pytest.raises(ValueError, match=words):
        form(**{**given, **changed})
