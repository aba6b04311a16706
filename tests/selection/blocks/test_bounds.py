"""No key of a block scores more than the block's bound, in any dtype; a block of one is its key."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnkit.selection import block_bounds


def inputs(n_keys, *, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    shapes = ((5, 7), (n_keys, 7))
    return [torch.randn(2, *s, generator=generator, dtype=torch.float64).to(dtype) for s in shapes]


def highest(queries, keys, size, mask=None):
    """The best score of each block, by a loop."""
    scores = queries @ keys.mT * queries.shape[-1] ** -0.5
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, :], -torch.inf)
    return torch.stack([part.amax(-1) for part in scores.split(size, -1)], -1)


@settings(deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n_keys=st.integers(1, 23),
    size=st.integers(1, 7),
    dtype=st.sampled_from([torch.float32, torch.float64]),
)
def test_no_key_of_a_block_scores_more(seed, n_keys, size, dtype):
    queries, keys = inputs(n_keys, seed=seed, dtype=dtype)
    bounds = block_bounds(queries, keys, size=size)
    assert (bounds >= highest(queries, keys, size)).all()


def test_a_block_of_one_key_is_its_score():
    queries, keys = inputs(11)
    bounds = block_bounds(queries, keys, size=1)
    torch.testing.assert_close(bounds, highest(queries, keys, 1), rtol=1e-12, atol=1e-12)


def test_a_bound_is_the_best_of_all_corners():
    queries, keys = inputs(4)
    corners = torch.cartesian_prod(*([torch.tensor([0.0, 1.0], dtype=torch.float64)] * 7))
    low, high = keys.amin(-2), keys.amax(-2)
    boxes = low[:, None] + corners * (high - low)[:, None]
    best = (queries @ boxes.mT).amax(-1, keepdim=True) * 7**-0.5
    torch.testing.assert_close(block_bounds(queries, keys, size=4), best, rtol=1e-12, atol=1e-12)


def test_masked_keys_are_not_looked_at_and_an_empty_block_is_minus_infinity():
    queries, keys = inputs(11)
    mask = torch.ones(2, 11, dtype=torch.bool)
    mask[0, 3:6], mask[1, 0] = False, False
    wanted = highest(queries, keys, 3, mask)
    keys[~mask] = torch.nan
    bounds = block_bounds(queries, keys, size=3, mask=mask)
    assert (bounds[0, :, 1] == -torch.inf).all()
    assert bounds[wanted > -torch.inf].isfinite().all()
    assert (bounds >= wanted).all()
    with pytest.raises(ValueError, match="keys must hold finite"):
        block_bounds(queries, keys, size=3)


def test_no_keys_and_shifted_keys():
    queries, keys = inputs(0)
    assert block_bounds(queries, keys, size=3).shape == (2, 5, 0)
    queries, keys = inputs(11)
    shift = torch.randn(7, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    moved = block_bounds(queries, keys + shift, size=3)
    wanted = block_bounds(queries, keys, size=3) + (queries @ shift)[..., None] * 7**-0.5
    torch.testing.assert_close(moved, wanted)
