"""Hedgehog attention beside sums written out; shifts, masks, precision and gradients."""

import math

import pytest
import torch

from attnkit.linear_time import hedgehog
from attnkit.linear_time.hedgehog import hedgehog_attention
from attnkit.memory import SharpMap

FORMS = (
    hedgehog_attention,
    hedgehog.recurrent_hedgehog_attention,
    hedgehog.parallel_hedgehog_attention,
)

COMPILED = """
import torch
from functools import partial
from attnkit.linear_time import hedgehog_attention, performer_attention
tokens, mask = torch.rand(3, 2, 13, 5), torch.rand(2, 13) > 0.3
for form in (hedgehog_attention, partial(performer_attention, directions=torch.randn(7, 5))):
    call = torch.compile(lambda: form(*tokens, mask=mask)[0], backend="aot_eager", fullgraph=True)
    torch.testing.assert_close(call(), form(*tokens, mask=mask)[0])
"""


def tokens(*shape, seed=0, dtype=torch.float64, scale=1.0):
    generator = torch.Generator().manual_seed(seed)
    drawn = [torch.randn(*shape, n, generator=generator, dtype=torch.float64) for n in (3, 3, 5)]
    return [(scale * drawn[0]).to(dtype), (scale * drawn[1]).to(dtype), drawn[2].to(dtype)]


def projections(seed=1, rows=7):
    generator = torch.Generator().manual_seed(seed)
    made = torch.randn(2, rows, 3, generator=generator, dtype=torch.float64)
    return {"query_projection": made[0], "key_projection": made[1]}


def by_hand(queries, keys, values, projected):
    """One sequence, pair by pair: the kernel is a sum of hyperbolic cosines."""
    read = []
    for i, q in enumerate(queries):
        weights = []
        for k in keys[: i + 1]:
            a, b = projected["query_projection"] @ q, projected["key_projection"] @ k
            weights.append(sum(2 * math.cosh(x) for x in (a + b).tolist()))
        weights = torch.tensor(weights, dtype=values.dtype)
        read.append(weights @ values[: i + 1] / weights.sum())
    return torch.stack(read)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("n_tokens", [1, 2, 13])
def test_the_weights_are_sums_of_hyperbolic_cosines(form, n_tokens):
    whole, projected = tokens(n_tokens), projections()
    output, state = form(*whole, **projected)
    torch.testing.assert_close(output, by_hand(*whole, projected))
    assert state.shape == (14, 6)


@pytest.mark.parametrize("form", FORMS)
def test_one_shift_for_all_keys_cancels_and_divides_the_state(form):
    whole, projected = tokens(2, 11), projections()
    plain, state = form(*whole, **projected)
    shifted, divided = form(*whole, shift=4.0, **projected)
    torch.testing.assert_close(shifted, plain)
    torch.testing.assert_close(divided * math.exp(4), state)


@pytest.mark.parametrize("form", FORMS)
def test_long_keys_need_a_shift_and_are_told_so(form):
    queries, keys, values = tokens(2, 11, dtype=torch.float32)
    with pytest.raises(ValueError, match=r"keys must have features that fit .* give a shift"):
        form(queries, 40 * keys, values)
    largest = (40 * keys).abs().max().item()
    output, _ = form(queries, 40 * keys, values, shift=largest - 60)
    exact, _ = form(queries.double(), 40 * keys.double(), values.double(), shift=largest - 60)
    torch.testing.assert_close(output.double(), exact, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("form", FORMS)
def test_a_shift_far_beyond_the_keys_leaves_nothing_and_is_told_so(form):
    whole = tokens(2, 11, dtype=torch.float32)
    with pytest.raises(ValueError, match=r"keys must have features .* underflow .* nearer"):
        form(*whole, shift=200.0)
    assert not form(*whole, shift=200.0, mask=torch.zeros(2, 11, dtype=torch.bool))[0].any()
    with pytest.raises(ValueError, match=r"x must have features .* underflow .* nearer"):
        hedgehog.exponential_features(whole[0], 200.0)


def test_long_queries_need_none():
    queries, keys, values = tokens(2, 11, dtype=torch.float32)
    assert hedgehog_attention(1000 * queries, keys, values)[0].isfinite().all()


@pytest.mark.parametrize("form", FORMS)
def test_a_projection_for_each_head(form):
    whole, many = tokens(2, 3, 9), torch.randn(3, 7, 3, dtype=torch.float64)
    output, _ = form(*whole, query_projection=many, key_projection=many.flip(0))
    for head in range(3):
        alone = {"query_projection": many[head], "key_projection": many[2 - head]}
        wanted, _ = form(*(t[:, head] for t in whole), **alone)
        torch.testing.assert_close(output[:, head], wanted)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("cut", [1, 6])
def test_it_goes_on_from_its_state_with_projections(form, cut):
    whole, projected = tokens(2, 9), projections()
    wanted, last = form(*whole, **projected)
    first, state = form(*(t[:, :cut] for t in whole), **projected)
    second, state = form(*(t[:, cut:] for t in whole), initial_state=state, **projected)
    torch.testing.assert_close(torch.cat([first, second], 1), wanted)
    torch.testing.assert_close(state, last)


@pytest.mark.parametrize("form", FORMS)
def test_what_a_mask_leaves_out_is_not_seen_nor_given_a_gradient(form):
    whole, mask = tokens(2, 9), torch.ones(2, 9, dtype=torch.bool)
    mask[0, 3:6] = False
    mask[1] = False
    leaves = [t.masked_fill(~mask[..., None], torch.nan).requires_grad_() for t in whole]
    output, _ = form(*leaves, mask=mask, **projections())
    output.square().sum().backward()
    alone, _ = form(*(t[:1, mask[0]] for t in whole), **projections())
    torch.testing.assert_close(output[:1, mask[0]], alone)
    assert not output[~mask].any()
    assert all(leaf.grad.isfinite().all() for leaf in leaves)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_in_half_out_and_autocast_changes_nothing(dtype):
    whole, projected = tokens(2, 37, dtype=dtype), projections()
    output, state = hedgehog_attention(*whole, **projected)
    assert (output.dtype, state.dtype) == (dtype, torch.float32)
    exact, _ = hedgehog_attention(*(t.double() for t in whole), **projected)
    torch.testing.assert_close(output.double(), exact, atol=0.02, rtol=0.02)
    single = [t.float() for t in whole]
    with torch.autocast("cpu", torch.bfloat16):
        mixed, _ = hedgehog_attention(*single, **projected)
    assert torch.equal(mixed, hedgehog_attention(*single, **projected)[0])


def test_compiled_it_is_the_same_without_the_shape_checker(plain_python):
    plain_python.run(COMPILED)


def test_derivatives():
    leaves = [t.requires_grad_() for t in tokens(5)]
    projected = [p.requires_grad_() for p in projections(rows=2).values()]

    def read(q, k, v, a, b):
        return hedgehog_attention(q, k, v, query_projection=a, key_projection=b)[0]

    assert torch.autograd.gradcheck(read, (*leaves, *projected))


def test_the_three_maps_by_their_formulas():
    x = tokens(11)[0]
    e = x.exp()
    torch.testing.assert_close(
        hedgehog.exponential_features(x, 0.5), torch.cat([e, 1 / e], -1) / math.exp(0.5)
    )
    signed = torch.cat([e / e.sum(-1, True), (1 / e) / (1 / e).sum(-1, True)], -1)
    torch.testing.assert_close(hedgehog.signed_softmax_features(x), signed)
    total = (e**2 + e**-2).sum(-1, True)
    joint = torch.cat([e**2, e**-2], -1) / total
    torch.testing.assert_close(hedgehog.joint_softmax_features(x), joint)
    torch.testing.assert_close(hedgehog.joint_softmax_features(x), SharpMap(3).double()(x))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"query_projection": torch.zeros(5, 3)}, "key_projection must make as many features"),
        ({"key_projection": torch.zeros(4, 3, 3)}, "key_projection must broadcast to"),
        ({"query_projection": torch.zeros(0, 3)}, "query_projection must have at least one row"),
        ({"query_projection": torch.zeros(5, 4)}, "query_projection must have shape"),
        ({"queries": torch.full((2, 7, 3), torch.nan)}, "queries must hold finite numbers"),
        ({"shift": math.inf}, "shift must be"),
    ],
)
def test_what_does_not_fit_is_named(changed, words):
    named = dict(zip(("queries", "keys", "values"), tokens(2, 7, dtype=torch.float32), strict=True))
    with pytest.raises(ValueError, match=words):
        hedgehog_attention(**(named | changed))


@pytest.mark.parametrize("form", FORMS)
def test_no_token_and_no_feature_are_refused(form):
    with pytest.raises(ValueError, match="at least one token"):
        form(*(t[:0] for t in tokens(3)))
    q, k, v = tokens(3)
    with pytest.raises(ValueError, match="at least one feature"):
        form(q[..., :0], k[..., :0], v)
