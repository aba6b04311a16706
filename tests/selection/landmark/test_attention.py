"""What landmark attention reads; what it dropped; and all of it compiled."""

import pytest
import torch

from attnkit.selection import (
    block_attention,
    dropped_by,
    kept_attention,
    landmark_attention,
    landmark_keys,
    landmark_weights,
)


def inputs(n_queries=5, n_keys=17, dtype=torch.float64):
    generator = torch.Generator().manual_seed(0)
    shapes = ((n_queries, 7), (n_keys, 7), (n_keys, 3))
    return [torch.randn(2, *s, generator=generator, dtype=torch.float64).to(dtype) for s in shapes]


def test_reads_the_values_under_its_weights():
    queries, keys, values = inputs()
    landmarks = torch.randn(2, 5, 5, generator=torch.Generator().manual_seed(1)).double()
    settings = {"size": 4, "n_kept": 2, "landmarks": landmarks, "recent": torch.arange(17) > 13}
    weights = landmark_weights(queries @ keys.mT * 7**-0.5, **settings)
    found = landmark_attention(queries, keys, values, **settings)
    torch.testing.assert_close(found, weights @ values)


def test_a_block_far_longer_than_the_text_is_the_text():
    tokens = inputs()
    for recent in (None, torch.arange(17) > 13):
        found = landmark_attention(*tokens, size=2**30, n_kept=1, recent=recent)
        torch.testing.assert_close(
            found, landmark_attention(*tokens, size=17, n_kept=1, recent=recent)
        )


def test_at_the_log_sum_exp_it_drops_what_dropped_by_says():
    queries, keys, values = inputs()
    kept = landmark_keys(queries @ keys.mT * 7**-0.5, size=4, n_kept=2)
    read = landmark_attention(queries, keys, values, size=4, n_kept=2)
    torch.testing.assert_close(read, kept_attention(queries, keys, values, kept))
    whole = landmark_attention(queries, keys, values, size=4)
    told = dropped_by(queries, keys, kept)
    bound = 2 * told.mass * values.norm(dim=-1).amax(-1, keepdim=True)
    assert ((read - whole).norm(dim=-1) <= bound).all()
    blocks = kept[..., ::4]
    sizes = {"query_size": 1, "key_size": 4}
    torch.testing.assert_close(block_attention(queries, keys, values, blocks, **sizes), read)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_autocast(dtype):
    read = landmark_attention(*inputs(dtype=dtype), size=4)
    assert read.dtype == dtype
    exact = landmark_attention(*(t.double() for t in inputs(dtype=dtype)), size=4)
    assert (read.double() - exact).abs().max() <= 4 * torch.finfo(dtype).eps
    single = inputs(dtype=torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = landmark_attention(*single, size=4, n_kept=2)
    assert torch.equal(inside, landmark_attention(*single, size=4, n_kept=2))


def test_no_keys_and_no_queries():
    queries, keys, values = inputs(5, 0)
    assert (landmark_attention(queries, keys, values, size=4) == 0).all()
    queries, keys, values = inputs(0, 5)
    assert landmark_attention(queries, keys, values, size=4, n_kept=1).shape == (2, 0, 3)


COMPILED = """
import torch
from attnkit.selection import landmark_attention

generator = torch.Generator().manual_seed(0)
q, k = (torch.randn(n, 7, generator=generator) for n in (5, 17))
given = dict(size=4, n_kept=2, landmarks=torch.randn(5, 5, generator=generator))
given |= dict(recent=torch.arange(17) > 13, mask=torch.rand(5, 17, generator=generator) > 0.4)
compiled = torch.compile(landmark_attention, fullgraph=True, backend="aot_eager")
torch.testing.assert_close(compiled(q, k, k, **given), landmark_attention(q, k, k, **given))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    plain_python.run(COMPILED)
