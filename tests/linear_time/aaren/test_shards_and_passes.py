"""A row cut into shards reads the same; and how often each way to read looks at a key."""

import math

import pytest
import torch

from attnkit.linear_time import merge_shards, shard_read, shard_state
from attnkit.linear_time.aaren import (
    Counted,
    read_in_one_pass,
    read_in_three_passes,
    read_in_two_passes,
)

WAYS = {1: read_in_one_pass, 2: read_in_two_passes, 3: read_in_three_passes}


def row(n, spread=2.0, seed=0):
    generator = torch.Generator().manual_seed(seed)
    scores = spread * torch.randn(2, n, generator=generator, dtype=torch.float64)
    return scores, torch.randn(2, n, 5, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("spread", [1.0, 400.0])
@pytest.mark.parametrize("cuts", [(), (1,), (0, 4, 4, 12), tuple(range(13))])
def test_any_cut_reads_the_whole_row(cuts, spread):
    scores, values = row(13, spread)
    state = None
    for first, last in zip((0, *cuts), (*cuts, 13), strict=True):
        shard = shard_state(scores[:, first:last], values[:, first:last])
        state = shard if state is None else merge_shards(shard, state)
    wanted = (scores.softmax(-1)[:, None] @ values)[:, 0]
    torch.testing.assert_close(shard_read(state), wanted, rtol=1e-14, atol=1e-14)


def test_the_mean_of_shards_reads_is_another_number():
    scores, values = row(12)
    shards = [shard_state(scores[:, i : i + 4], values[:, i : i + 4]) for i in (0, 4, 8)]
    wanted = (scores.softmax(-1)[:, None] @ values)[:, 0]
    assert (torch.stack([shard_read(each) for each in shards]).mean(0) - wanted).abs().max() > 0.1


def test_keys_that_are_not_there():
    scores, values = row(7)
    mask = torch.arange(7) > 4
    state = shard_state(scores, values, mask.expand(2, 7))
    torch.testing.assert_close(state, shard_state(scores[:, 5:], values[:, 5:]))
    hidden = scores.masked_fill(~mask, -math.inf)
    torch.testing.assert_close(state, shard_state(hidden, values))
    assert not shard_read(shard_state(scores[:, :0], values[:, :0])).any()


def test_nan_that_a_mask_leaves_out_is_not_looked_at():
    scores, values = row(7)
    mask = torch.arange(7).expand(2, 7) % 3 > 0
    hidden = [scores.masked_fill(~mask, torch.nan), values.masked_fill(~mask[..., None], torch.nan)]
    leaves = [each.requires_grad_() for each in hidden]
    found = shard_state(*leaves, mask)
    for one, other in zip(found, shard_state(scores, values, mask), strict=True):
        assert torch.equal(one, other)
    shard_read(found).sum().backward()
    assert all(leaf.grad.isfinite().all() for leaf in leaves)
    for name, tokens in (("scores", (leaves[0], values)), ("values", (scores, leaves[1]))):
        with pytest.raises(ValueError, match=f"{name} must hold finite numbers"):
            shard_state(*tokens)


def test_gradients_go_through_the_merge():
    scores, values = (t.requires_grad_() for t in row(6))

    def read(s, v):
        return shard_read(
            merge_shards(shard_state(s[:, :2], v[:, :2]), shard_state(s[:, 2:], v[:, 2:]))
        )

    assert torch.autograd.gradcheck(read, (scores, values))


@pytest.mark.claim("three-two-one")
@pytest.mark.parametrize("n_passes", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 3, 12, 13, 100])
def test_each_score_is_read_once_a_pass_and_each_value_once(n_passes, size):
    scores, values = (t[0] for t in row(13, spread=300.0))
    s, v = Counted(scores), Counted(values)
    read = WAYS[n_passes](s, v, size)
    torch.testing.assert_close(read, scores.softmax(0) @ values, rtol=1e-13, atol=1e-13)
    assert s.reads.tolist() == [n_passes] * 13
    assert v.reads.tolist() == [1] * 13


def test_the_innocent_line_reads_twice():
    scores = Counted(torch.tensor([0.0, 1.0, 2.0]))
    assert (scores - scores.max()).tolist() == [-2.0, -1.0, 0.0]
    assert scores.reads.tolist() == [2, 2, 2]


def test_what_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match=r"\(key,\) and \(key, value\)"):
        read_in_one_pass(Counted(torch.zeros(3)), Counted(torch.zeros(4, 2)))
    with pytest.raises(ValueError, match="at least one key"):
        read_in_two_passes(Counted(torch.zeros(0)), Counted(torch.zeros(0, 2)))
