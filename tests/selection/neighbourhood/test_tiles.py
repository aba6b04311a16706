"""Tiles counted from the ends of windows against tiles counted on the whole mask."""

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnkit.selection import count_tiles, neighbourhood_keys


def on_the_mask(shape, window, stride, tile, key_tile):
    """Visited tiles of keys, tile of queries by tile of queries, of the mask of all pairs."""
    mask = neighbourhood_keys(shape, window=window, stride=stride)
    tile_of = [
        [tuple(p // size for p, size in zip(place, each, strict=True)) for place in places(shape)]
        for each in (tile, key_tile)
    ]
    visited = {}
    for i, j in mask.nonzero().tolist():
        visited.setdefault(tile_of[0][i], set()).add(tile_of[1][j])
    return [len(visited[each]) for each in sorted(visited)]


def places(shape):
    return [*itertools.product(*map(range, shape))]


SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9)).map(lambda pair: sorted(pair)[::-1])


@settings(deadline=None)
@given(n=st.integers(1, 29), sizes=SIZES, tile=st.integers(1, 7), key_tile=st.integers(1, 7))
def test_on_one_axis(n, sizes, tile, key_tile):
    window, stride = sizes
    told = count_tiles((n,), window=window, stride=stride, tile=tile, key_tile=key_tile)
    assert told.visited.tolist() == on_the_mask((n,), window, stride, (tile,), (key_tile,))
    assert told.whole == math.ceil(n / key_tile)


@pytest.mark.parametrize("shape", [(7, 11), (3, 5, 7)])
def test_on_several_axes_counts_multiply(shape):
    tile, key_tile = (2, 3, 2)[: len(shape)], (3, 2, 4)[: len(shape)]
    told = count_tiles(shape, window=3, stride=2, tile=tile, key_tile=key_tile)
    assert told.visited.flatten().tolist() == on_the_mask(shape, 3, 2, tile, key_tile)
    assert told.visited.shape == tuple(-(-n // size) for n, size in zip(shape, tile, strict=True))


def long_axis(window, stride, tile):
    """A length at which windows inside are many, and tiles cover the axis."""
    return tile * math.ceil(2 * (window + tile * stride) / tile)


@pytest.mark.parametrize("tile", [1, 2, 3, 4, 5, 8])
def test_the_bound_is_reached_where_window_stride_and_half_their_gap_are_tiles(tile):
    for window in range(1, 33):
        for stride in range(1, window + 1):
            told = count_tiles(
                (long_axis(window, stride, tile),), window=window, stride=stride, tile=tile
            )
            fits = not (window % tile or stride % tile or (window - stride) % (2 * tile))
            reached = math.isclose(told.speed_up, told.bound, rel_tol=1e-12)
            assert told.speed_up <= told.bound * (1 + 1e-12)
            assert reached == (fits or tile == 1), (window, stride)


def test_a_cut_tile_is_a_tile():
    told = count_tiles((10,), window=4, stride=4, tile=4)
    assert told.visited.tolist() == [1, 1, 2]
    assert told.whole == 3
    assert told.speed_up == pytest.approx(9 / 4)


def test_a_window_over_everything_saves_nothing():
    told = count_tiles((12, 8), window=12, tile=4)
    assert told.speed_up == told.bound == 1
    assert torch.equal(told.visited, torch.full((3, 2), 6))


def test_an_axis_without_tokens_is_refused():
    with pytest.raises(ValueError, match=r"shape must have axes of at least one token, got \(4, 0"):
        count_tiles((4, 0), window=1, tile=1)


@pytest.mark.parametrize("tile", [128, 256])
def test_the_smallest_stride_that_the_authors_documentation_gives(tile):
    """32,768 tokens, a window of 2,048, tiles of 128 keys and of 128 or 256 queries: 256."""
    for stride, reached in ((1, False), (128, False), (255, False), (256, True), (2048, True)):
        told = count_tiles((32768,), window=2048, stride=stride, tile=tile, key_tile=128)
        assert math.isclose(told.speed_up, told.bound) == reached


def test_on_a_short_axis_borders_may_repair_what_the_rule_forbids():
    """The documentation's film: (18 - 16)/2 is no multiple of 2, and both windows are moved."""
    film = {"window": (18, 24, 24), "stride": (16, 8, 8), "tile": (2, 8, 8)}
    told = count_tiles((30, 48, 80), **film)
    assert told.speed_up == pytest.approx(told.bound) == pytest.approx(100 / 9)
    assert count_tiles((60, 48, 80), **film).speed_up < 0.99 * told.bound * 2
