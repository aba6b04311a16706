"""Pooled blocks, against loops over blocks and tokens."""

import pytest
import torch

from attnkit.selection import (
    covering_keys,
    dropped_by,
    flex_prefill_attention,
    flex_prefill_keys,
)


def tokens(seed: int, *shape: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(3, *shape, generator=generator, dtype=torch.float64)


def by_loops(queries, keys, share, block, there):
    """One text (time, feature): every pair of blocks by hand."""
    n = len(queries)
    blocks = [list(range(start, min(start + block, n))) for start in range(0, n, block)]
    real = [[i for i in each if there[i]] for each in blocks]
    kept = torch.zeros(n, n, dtype=torch.bool)
    for own, mine in enumerate(real):
        if not mine:
            continue
        mean = queries[mine].mean(0)
        row = torch.zeros(len(blocks), dtype=queries.dtype)
        for at, others in enumerate(real):
            if others:
                row[at] = (mean @ keys[others].mean(0) / queries.shape[-1] ** 0.5).exp()
        chosen = covering_keys(row, share)
        chosen[[0, own]] = True
        for i in mine:
            for at, others in enumerate(real):
                kept[i, others] = chosen[at]
    return kept


@pytest.mark.parametrize("n", [1, 2, 12, 13, 17])
@pytest.mark.parametrize("block", [1, 4, 31, 2**30])
def test_it_is_what_loops_find(n, block):
    queries, keys, _ = tokens(n, n, 5)
    there = torch.rand(n, generator=torch.Generator().manual_seed(n)) > 0.3
    for mask, share in ((None, 0.5), (there, 0.5), (there, 0.9)):
        found = flex_prefill_keys(queries, keys, share=share, block=block, mask=mask)
        seen = torch.ones(n, dtype=torch.bool) if mask is None else mask
        assert torch.equal(found, by_loops(queries, keys, share, block, seen))


def test_what_is_masked_may_be_no_number_at_all():
    queries, keys, values = tokens(0, 2, 13, 5)
    there = torch.arange(13) != 4
    clean = flex_prefill_attention(queries, keys, values, share=0.7, block=3, mask=there)
    for each in (queries, keys, values):
        each[:, 4] = torch.nan
    dirty = flex_prefill_attention(queries, keys, values, share=0.7, block=3, mask=there)
    torch.testing.assert_close(dirty, clean)
    assert (dirty[:, 4] == 0).all()


def test_blocks_of_one_cover_each_row_and_more():
    queries, keys, _ = tokens(1, 19, 5)
    kept = flex_prefill_keys(queries, keys, share=0.8, block=1)
    assert (dropped_by(queries, keys, kept).mass <= 0.2 + 1e-12).all()


def test_a_wide_block_promises_a_row_nothing():
    """Two queries that want other blocks: their mean wants a third."""
    keys = torch.zeros(8, 3, dtype=torch.float64)
    keys[2:4, 0], keys[4:6, 1], keys[6:, 2] = 20.0, 20.0, 14.0
    queries = torch.zeros_like(keys)
    queries[0, 0] = queries[1, 1] = 2.0
    queries[:2, 2] = 2.0
    kept = flex_prefill_keys(queries, keys, share=0.9, block=2)
    assert (dropped_by(queries, keys, kept).mass[:2] > 0.9).all()


def test_the_read_is_within_the_bound_of_what_was_dropped():
    queries, keys, values = tokens(2, 2, 23, 5)
    kept = flex_prefill_keys(queries, keys, share=0.6, block=4)
    exact = (queries @ keys.mT / 5**0.5).softmax(-1) @ values
    found = flex_prefill_attention(queries, keys, values, share=0.6, block=4)
    bound = 2 * dropped_by(queries, keys, kept).mass * values.norm(dim=-1).amax(-1, keepdim=True)
    assert ((found - exact).norm(dim=-1) <= bound + 1e-12).all()


def test_share_one_keeps_all_and_gradients_are_softmax_s():
    queries, keys, values = (each.requires_grad_() for each in tokens(3, 2, 11, 5).unbind())
    assert flex_prefill_keys(queries, keys, share=1.0, block=4).all()
    mine = flex_prefill_attention(queries, keys, values, share=1.0, block=4)
    exact = (queries @ keys.mT / 5**0.5).softmax(-1) @ values
    torch.testing.assert_close(mine, exact)
    inputs = (queries, keys, values)
    for a, b in zip(
        torch.autograd.grad(mine.square().sum(), inputs),
        torch.autograd.grad(exact.square().sum(), inputs),
        strict=True,
    ):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize("n", [0, 1])
def test_short_texts(n):
    queries, keys, values = tokens(4, 2, n, 5).float()
    assert flex_prefill_attention(queries, keys, values).shape == (2, n, 5)


def test_half_precision_and_autocast():
    queries, keys, values = tokens(5, 2, 13, 5).float()
    plain = flex_prefill_attention(queries, keys, values, share=0.7, block=3)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        again = flex_prefill_attention(queries, keys, values, share=0.7, block=3)
    assert torch.equal(again, plain)
    half = flex_prefill_attention(*(x.half() for x in (queries, keys, values)), block=3)
    assert half.dtype is torch.float16


COMPILED = """
import torch
from attnkit.selection import covering_weights, flex_prefill_attention

tokens = torch.randn(3, 2, 13, 5, generator=torch.Generator().manual_seed(0))
for call in (
    lambda: flex_prefill_attention(*tokens, share=0.7, block=3),
    lambda: covering_weights(tokens[0], 0.7),
):
    compiled = torch.compile(call, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(), call())
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    plain_python.run(COMPILED)
