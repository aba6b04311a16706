"""Every query reads every key: the rows that learned maps make, without the matrix."""

import pytest
import torch

from attnkit.linear_time import LearnedMaps, bidirectional_hedgehog_attention, hedgehog_attention


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def learned():
    maps = LearnedMaps(2, 3, 5, generator=torch.Generator().manual_seed(0)).double()
    with torch.no_grad():
        maps.query_projection += drawn(2, 5, 3, seed=7)
    sides = {"query_projection": maps.query_projection, "key_projection": maps.key_projection}
    return maps, sides


def test_it_reads_by_the_rows_of_learned_maps():
    maps, sides = learned()
    queries, keys, values = drawn(2, 7, 3), drawn(2, 11, 3, seed=1), drawn(2, 11, 4, seed=2)
    seen = torch.ones(2, 11, dtype=torch.bool)
    seen[0, 4:] = False
    read = bidirectional_hedgehog_attention(queries, keys, values, **sides, shift=2.0)
    torch.testing.assert_close(read, maps(queries, keys) @ values)
    hidden = keys.masked_fill(~seen[..., None], torch.nan)
    masked = bidirectional_hedgehog_attention(queries, hidden, values, **sides, mask=seen)
    torch.testing.assert_close(masked, maps(queries, keys, seen[:, None]) @ values)
    none = bidirectional_hedgehog_attention(queries, keys, values, mask=seen & False)
    assert not none.any()


def test_its_last_row_is_the_causal_form_s():
    tokens = [drawn(2, 13, 3, seed=seed) for seed in range(3)]
    read, causal = bidirectional_hedgehog_attention(*tokens), hedgehog_attention(*tokens)[0]
    torch.testing.assert_close(read[:, -1], causal[:, -1])


def test_a_shift_that_leaves_nothing_is_refused_where_something_counts():
    tokens = [drawn(2, 5, 3, seed=seed).float() for seed in range(3)]
    with pytest.raises(ValueError, match=r"keys must have features that .* underflow to zero"):
        bidirectional_hedgehog_attention(*tokens, shift=200.0)
    nothing = torch.zeros(2, 5, dtype=torch.bool)
    assert not bidirectional_hedgehog_attention(*tokens, shift=200.0, mask=nothing).any()
