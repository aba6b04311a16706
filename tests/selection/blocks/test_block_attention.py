"""Attention over kept blocks is attention over their keys: values, gradients, and at every edge."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from attnkit.selection import block_attention, kept_attention, kept_pairs

SIZES = {"query_size": 4, "key_size": 5}


def inputs(n_queries, n_keys, *batch, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    shapes = ((n_queries, 7), (n_keys, 7), (n_keys, 3))
    drawn = [torch.randn(*batch, *s, generator=generator, dtype=torch.float64) for s in shapes]
    return [t.to(dtype).requires_grad_() for t in drawn]


def some_blocks(n_queries, n_keys, *batch, share=0.5, seed=1):
    shape = (*batch, -(-n_queries // 4), -(-n_keys // 5))
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed)) < share


def some_mask(shape):
    return torch.rand(shape, generator=torch.Generator().manual_seed(2)) > 0.4


def by_definition(tokens, blocks, mask):
    pairs = kept_pairs(blocks, tokens[0].shape[-2], tokens[1].shape[-2], **SIZES)
    return kept_attention(*tokens, pairs if mask is None else pairs & mask)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
@pytest.mark.parametrize(
    ("batch", "n_queries", "n_keys", "mask"),
    [
        ((), 13, 17, None),
        ((2, 3), 12, 15, None),
        ((2, 3), 13, 17, (17,)),
        ((2, 3), 13, 17, (3, 1, 17)),
        ((2, 3), 13, 15, (2, 1, 13, 1)),
        ((2,), 13, 17, (13, 17)),
        ((0,), 13, 17, (13, 17)),
        ((), 0, 3, None),
        ((2,), 1, 1, None),
        ((2,), 3, 0, None),
    ],
)
def test_values_and_gradients_are_those_of_the_keys_kept(batch, n_queries, n_keys, mask, share):
    tokens = inputs(n_queries, n_keys, *batch)
    blocks = some_blocks(n_queries, n_keys, *batch, share=share)
    mask = None if mask is None else some_mask(mask)
    found = []
    for read in (
        block_attention(*tokens, blocks, **SIZES, mask=mask),
        by_definition(tokens, blocks, mask),
    ):
        weights = torch.randn(read.shape, generator=torch.Generator().manual_seed(3))
        found.append((read, *torch.autograd.grad((read * weights).sum(), tokens)))
    torch.testing.assert_close(*found)


def test_second_derivatives():
    tokens = inputs(5, 6)
    blocks = torch.tensor([[True, False], [False, False]])
    assert torch.autograd.gradgradcheck(lambda *t: block_attention(*t, blocks, **SIZES), tokens)


def test_one_set_of_blocks_serves_every_sequence():
    tokens, blocks = inputs(13, 17, 2, 3), some_blocks(13, 17)
    whole = block_attention(*tokens, blocks, **SIZES)
    alone = block_attention(*(t[1, 2] for t in tokens), blocks, **SIZES)
    torch.testing.assert_close(whole[1, 2], alone)


def test_rows_are_split_where_they_are_too_many_at_once(monkeypatch):
    tokens, blocks = inputs(13, 17, 2), some_blocks(13, 17, 2)
    whole = block_attention(*tokens, blocks, **SIZES)
    monkeypatch.setattr("attnkit.selection.shared.gathered._AT_ONCE", 1)
    torch.testing.assert_close(block_attention(*tokens, blocks, **SIZES), whole)


def test_what_is_kept_by_nobody_or_masked_is_never_looked_at():
    tokens = [t.detach() for t in inputs(13, 17)]
    blocks = some_blocks(13, 17)
    blocks[:, 1] = False
    mask = torch.arange(17) != 11
    wanted = block_attention(*tokens, blocks, **SIZES, mask=mask)
    for rows, bad in ((tokens[1], torch.nan), (tokens[2], torch.inf)):
        rows[5:10], rows[11] = bad, bad
    leaves = [t.requires_grad_() for t in tokens]
    found = block_attention(*leaves, blocks, **SIZES, mask=mask)
    torch.testing.assert_close(found, wanted)
    slopes = torch.autograd.grad(found.square().sum(), leaves)
    assert all(bool(slope.isfinite().all()) for slope in slopes)


def test_the_arithmetic_is_that_of_the_blocks_kept():
    tokens = [t.detach() for t in inputs(40, 50)]
    blocks = torch.zeros(10, 10, dtype=torch.bool)
    blocks[torch.arange(10), torch.arange(10)] = True
    blocks[3, :] = True
    with FlopCounterMode(display=False) as counter:
        block_attention(*tokens, blocks, **SIZES)
    assert counter.get_total_flops() == 2 * 19 * 4 * 5 * (7 + 3)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_autocast(dtype):
    blocks = some_blocks(13, 17)
    read = block_attention(*inputs(13, 17, dtype=dtype), blocks, **SIZES)
    assert read.dtype == dtype
    rounded = [t.detach().double() for t in inputs(13, 17, dtype=dtype)]
    exact = block_attention(*rounded, blocks, **SIZES)
    assert (read.double() - exact).abs().max() <= 4 * torch.finfo(dtype).eps
    single = inputs(13, 17, dtype=torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = block_attention(*single, blocks, **SIZES)
    assert torch.equal(inside, block_attention(*single, blocks, **SIZES))


@pytest.mark.parametrize("mask", [None, some_mask((13, 17))])
def test_a_block_far_longer_than_the_text_is_the_text(mask):
    tokens, one = inputs(13, 17), torch.ones(1, 1, dtype=torch.bool)
    found = block_attention(*tokens, one, query_size=2**30, key_size=2**30, mask=mask)
    wanted = block_attention(*tokens, one, query_size=13, key_size=17, mask=mask)
    torch.testing.assert_close(found, wanted)


def test_wrong_blocks_are_named():
    with pytest.raises(ValueError, match=r"blocks must be \(..., 4, 4\) .* got \(3, 3\)"):
        block_attention(*inputs(13, 17), torch.ones(3, 3, dtype=torch.bool), **SIZES)
    tokens = [t.detach() for t in inputs(13, 17)]
    tokens[1][0, 0] = torch.nan
    with pytest.raises(ValueError, match="keys must hold finite"):
        block_attention(*tokens, torch.ones(4, 4, dtype=torch.bool), **SIZES)


COMPILED = """
import torch
from attnkit.selection import block_attention

generator = torch.Generator().manual_seed(0)
q, k = (torch.randn(n, 7, generator=generator) for n in (13, 17))
blocks = torch.rand(4, 4, generator=generator) > 0.5
sizes = dict(query_size=4, key_size=5)
mask = torch.rand(13, 17, generator=generator) > 0.4
compiled = torch.compile(block_attention, backend="aot_eager")
wanted = block_attention(q, k, k, blocks, **sizes, mask=mask)
torch.testing.assert_close(compiled(q, k, k, blocks, **sizes, mask=mask), wanted)
"""


def test_compiled_it_is_the_same(plain_python):
    """In several graphs: how many rows keep as many blocks is known at run time only."""
    plain_python.run(COMPILED)
