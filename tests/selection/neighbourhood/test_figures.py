"""What the two figures of windows are there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def tiles():
    return gallery()["neighbourhood-tiles"].compute


@pytest.fixture(scope="module")
def halo():
    return gallery()["halo-at-the-border"].compute


def test_the_caption_s_strides_are_those_that_reach_the_bound(tiles):
    values = tiles(window=12, stride=1, tile=4, axes=2)
    reached = np.isclose(values["speed_ups"], values["bound"])
    assert (np.flatnonzero(reached) + 1).tolist() == [4, 12]
    assert values["speed_ups"][7] < values["speed_ups"][3]
    assert tiles(window=8, stride=4, tile=4, axes=2)["speed"] < 0.7 * (32 / 8) ** 2
    every = tiles(window=16, stride=1, tile=1, axes=2)
    np.testing.assert_allclose(every["speed_ups"][:16], every["bound"])


def test_the_curve_and_the_map_tell_the_same(tiles):
    for window, stride, tile in ((12, 1, 4), (12, 8, 4), (16, 5, 8), (8, 3, 2)):
        values = tiles(window=window, stride=stride, tile=tile, axes=1)
        fetched = values["fetched"] > 0
        assert values["speed"] == pytest.approx(fetched.size / fetched.sum())
        assert (values["fetched"] == 2).sum() == 32 * window
        assert values["waste"] == pytest.approx(100 - 100 * 32 * window / fetched.sum())
        cube = tiles(window=window, stride=stride, tile=tile, axes=3)
        assert cube["speed"] == pytest.approx(values["speed"] ** 3)
        assert cube["waste"] == pytest.approx(100 - 100 * (32 * window / fetched.sum()) ** 3)


def test_the_rule_of_the_page_holds_at_every_window_of_the_figure(tiles):
    window, _, tile, _ = gallery()["neighbourhood-tiles"].controls
    for w in window.values:
        for t in tile.values[1:]:
            values = tiles(window=w, stride=1, tile=t, axes=1)
            reached = np.flatnonzero(np.isclose(values["speed_ups"], values["bound"])) + 1
            ruled = [s for s in range(1, w + 1) if w % t == s % t == 0 == (w - s) % (2 * t)]
            assert reached.tolist() == ruled


def test_every_stride_of_the_caption_can_be_set_and_none_passes_the_window(tiles):
    stride = gallery()["neighbourhood-tiles"].controls[1]
    assert {4, 8, 12} <= {*stride.values}
    whole, beyond = (tiles(window=8, stride=s, tile=4, axes=1) for s in (8, 16))
    np.testing.assert_array_equal(whole["fetched"], beyond["fetched"])
    assert beyond["now"] == 8


def test_at_the_border_the_halo_is_cut_and_two_blocks_of_rows_differ(halo):
    inside, border = (halo(block=6, halo=3, place=place) for place in (13, 1))
    assert inside["keys"] == 12 * 12
    assert border["keys"] == 9 * 12
    assert set(np.unique(inside["looks"])) == {0, 2, 3}
    assert set(np.unique(border["looks"])) == {0, 1, 2, 3}
    for block in (2, 3, 4, 6, 8):
        for width in range(1, min(block, 4) + 1):
            values = halo(block=block, halo=width, place=1)
            assert values["differ"] == 2 * block
            assert values["reads"] == pytest.approx((1 + 2 * width / block) ** 2)
