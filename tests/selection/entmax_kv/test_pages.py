"""Certified pages lose nothing; what is read of fewer is entmax over their keys; and every edge."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnkit.densities import attention, entmax
from attnkit.selection import (
    best_pages,
    block_bounds,
    certified_pages,
    dropped,
    dropped_by,
    entmax_kv_attention,
    gaussian_pages,
    kept_pairs,
    page_attention,
    similar_order,
    support_threshold,
)


def inputs(n_queries=5, n_keys=17, *, seed=0, spread=2.0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    shapes = ((n_queries, 7), (n_keys, 7), (n_keys, 3))
    drawn = [torch.randn(2, *s, generator=generator, dtype=torch.float64) for s in shapes]
    return [spread * t.to(dtype) for t in drawn[:2]] + [drawn[2].to(dtype)]


def on_pages(pages, n_keys, size):
    return kept_pairs(pages, pages.shape[-2], n_keys, query_size=1, key_size=size)


@settings(deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n_keys=st.integers(1, 40),
    size=st.integers(1, 9),
    alpha=st.sampled_from([1.05, 1.5, 2.0, 3.0]),
    spread=st.sampled_from([0.3, 1.0, 3.0]),
)
def test_no_key_of_positive_weight_is_on_another_page(seed, n_keys, size, alpha, spread):
    queries, keys, _ = inputs(n_keys=n_keys, seed=seed, spread=spread)
    pages = certified_pages(queries, keys, size=size, alpha=alpha)
    scores = queries @ keys.mT * 7**-0.5
    weights = entmax(scores, alpha)
    assert dropped(weights, on_pages(pages, n_keys, size)).mass.max() == 0
    # As few as the threshold of the whole row would keep.
    by_rule = block_bounds(queries, keys, size=size) > support_threshold(scores, alpha)[..., None]
    by_rule[..., -1] = True
    assert torch.equal(pages, by_rule)


@pytest.mark.parametrize("alpha", [1.05, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("masked", [False, True])
def test_certified_it_is_entmax_attention_in_values_and_gradients(alpha, masked):
    mask = torch.arange(37) % 5 != 1 if masked else None
    tokens = [t.requires_grad_() for t in inputs(n_keys=37)]
    found = []
    for read in (
        entmax_kv_attention(*tokens, size=4, alpha=alpha, mask=mask),
        attention(*tokens, alpha=alpha, mask=mask),
    ):
        found.append([read, *torch.autograd.grad(read.square().sum(), tokens)])
    torch.testing.assert_close(*found)


def test_of_some_pages_it_is_entmax_over_their_keys_and_computes_no_others():
    queries, keys, values = inputs(n_keys=17)
    pages = best_pages(queries, keys, size=4, n_pages=2)
    assert (pages.sum(-1) == 2).all()
    assert pages[..., -1].all()
    scores = queries @ keys.mT * 7**-0.5
    weights = entmax(scores, 1.5, mask=on_pages(pages, 17, 4))
    torch.testing.assert_close(
        page_attention(queries, keys, values, pages, size=4), weights @ values
    )
    found = entmax_kv_attention(queries, keys, values, size=4, n_pages=2)
    torch.testing.assert_close(found, weights @ values)


def test_the_best_pages_are_the_last_and_those_of_the_highest_bounds():
    queries, keys, _ = inputs(n_keys=17)
    bounds = block_bounds(queries, keys, size=4)[..., :4]
    second = torch.nn.functional.one_hot(bounds.argmax(-1), 5).bool()
    second[..., 4] = True
    assert torch.equal(best_pages(queries, keys, size=4, n_pages=2), second)
    mask = torch.arange(17) < 9
    assert best_pages(queries, keys, size=4, n_pages=1, mask=mask).nonzero()[:, 2].unique() == 2


def test_reading_all_that_is_certified_cannot_be_told_from_softmax_mass_alone():
    """What is dropped is reported of softmax; entmax gives those keys nothing."""
    queries, keys, _ = inputs(n_keys=37, spread=3.0)
    kept = on_pages(certified_pages(queries, keys, size=2), 37, 2)
    told = dropped_by(queries, keys, kept)
    assert told.mass.max() > 0
    assert told.density.max() < 1


def test_keys_that_are_masked_are_never_looked_at():
    queries, keys, values = inputs()
    mask = torch.ones(2, 17, dtype=torch.bool)
    mask[0, 3:9], mask[1] = False, False
    calls = [
        lambda k, v: entmax_kv_attention(queries, k, v, size=3, mask=mask),
        lambda k, v: entmax_kv_attention(queries, k, v, size=3, n_pages=2, mask=mask),
        lambda k, v: best_pages(queries, k, size=3, n_pages=2, mask=mask),
        lambda k, v: certified_pages(queries, k, size=3, mask=mask),
        lambda k, v: gaussian_pages(queries, k, size=3, mask=mask),
    ]
    wanted = [call(keys, values) for call in calls]
    assert all((found[1] == 0).all() for found in wanted)
    keys, values = (t.masked_fill(~mask[..., None], torch.nan) for t in (keys, values))
    for call, result in zip(calls, wanted, strict=True):
        torch.testing.assert_close(call(keys, values), result)


@pytest.mark.parametrize(("n_queries", "n_keys"), [(0, 5), (5, 0), (1, 1)])
def test_none_and_one(n_queries, n_keys):
    queries, keys, values = inputs(n_queries, n_keys)
    for n_pages in (None, 2):
        read = entmax_kv_attention(queries, keys, values, n_pages=n_pages)
        wanted = values.sum(-2, keepdim=True).expand(2, n_queries, 3)  # of one key or none
        torch.testing.assert_close(read, wanted)
    assert gaussian_pages(queries, keys).shape == (2, n_queries, min(n_keys, 1))
    assert [sorted(row) for row in similar_order(keys).tolist()] == [[*range(n_keys)]] * 2


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_autocast(dtype):
    tokens = inputs(n_keys=37, dtype=dtype)
    exact = attention(*(t.double() for t in tokens), alpha=1.5)
    read = entmax_kv_attention(*tokens, size=4)
    assert read.dtype == dtype
    assert (read.double() - exact).abs().max() <= 8 * torch.finfo(dtype).eps
    single = inputs(dtype=torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = entmax_kv_attention(*single, size=4)
    assert torch.equal(inside, entmax_kv_attention(*single, size=4))


def test_alike_keys_share_pages_and_the_rule_still_holds():
    """Four clusters in random order: sorted, a page has one of them, and its box is small."""
    generator = torch.Generator().manual_seed(0)
    centres = 4 * torch.randn(4, 7, generator=generator, dtype=torch.float64)
    cluster = torch.arange(32)[torch.randperm(32, generator=generator)] % 4
    keys = centres[cluster] + 0.1 * torch.randn(32, 7, generator=generator, dtype=torch.float64)
    queries = torch.randn(11, 7, generator=generator, dtype=torch.float64)
    order = similar_order(keys)
    assert sorted(order.tolist()) == [*range(32)]
    assert all(len(page.unique()) == 1 for page in cluster[order].split(8))
    kept = [certified_pages(queries, k, size=8).double().mean() for k in (keys, keys[order])]
    assert kept[1] < 0.6 < kept[0]
    weights = entmax(queries @ keys[order].mT * 7**-0.5, 1.5)
    pages = certified_pages(queries, keys[order], size=8)
    assert dropped(weights, on_pages(pages, 32, 8)).mass.max() == 0


def test_padding_changes_no_guess():
    queries, keys, _ = inputs(7, 32)
    wanted = gaussian_pages(queries, keys, size=4)
    padded = torch.cat([keys, torch.full((2, 480, 7), torch.nan, dtype=keys.dtype)], -2)
    found = gaussian_pages(queries, padded, size=4, mask=torch.arange(512) < 32)
    assert torch.equal(found[..., :8], wanted)
    assert not found[..., 8:].any()
    assert not wanted.all()


def test_keys_without_a_feature_are_all_alike():
    queries, keys = torch.zeros(3, 0), torch.zeros(5, 0)
    assert certified_pages(queries, keys, size=2).all()
    assert gaussian_pages(queries, keys, size=2).all()


@pytest.mark.parametrize("size", [1e-30, 1e25, 1e38])
def test_keys_of_any_size_have_an_order(size):
    keys = inputs(dtype=torch.float32)[1].tanh()
    assert torch.equal(similar_order(size * keys), similar_order(keys))
    assert similar_order(torch.full((7, 3), size)).sort().values.tolist() == [*range(7)]


@pytest.mark.parametrize("n_pages", [None, 2])
def test_a_page_far_longer_than_the_text_is_the_text(n_pages):
    tokens = inputs(5, 17)
    found = entmax_kv_attention(*tokens, size=2**30, n_pages=n_pages)
    torch.testing.assert_close(found, entmax_kv_attention(*tokens, size=17))


def test_wrong_input_is_named():
    tokens = inputs()
    with pytest.raises(ValueError, match=r"pages must be \(..., 5, 5\)"):
        page_attention(*tokens, torch.ones(5, 3, dtype=torch.bool), size=4)
    with pytest.raises(ValueError, match="alpha must be"):
        entmax_kv_attention(*tokens, alpha=1.0)
    with pytest.raises(ValueError, match="n_pages must be"):
        entmax_kv_attention(*tokens, n_pages=0)


COMPILED = """
import torch
from attnkit.selection import entmax_kv_attention

generator = torch.Generator().manual_seed(0)
q, k = (torch.randn(n, 7, generator=generator) for n in (5, 17))
for n_pages in (None, 2):
    given = dict(size=4, n_pages=n_pages, mask=torch.arange(17) != 5)
    compiled = torch.compile(entmax_kv_attention, backend="aot_eager")
    torch.testing.assert_close(compiled(q, k, k, **given), entmax_kv_attention(q, k, k, **given))
"""


def test_compiled_it_is_the_same(plain_python):
    """In several graphs: how many pages are read is known at run time only."""
    plain_python.run(COMPILED)
