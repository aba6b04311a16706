"""What the figures of the scan and of the passes are there to show."""

import math

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.mark.parametrize(("way", "n_passes"), [("three", 3), ("two", 2), ("one", 1)])
@pytest.mark.parametrize("block", [1, 4, 16])
def test_bars_rise_to_the_number_of_passes(way, n_passes, block):
    compute = gallery()["passes-over-a-row"].compute
    half, whole = (compute(way=way, block=block, done=done) for done in (50, 100))
    assert whole["scores"].tolist() == [n_passes] * 16
    assert whole["values"].tolist() == [1] * 16
    assert not compute(way=way, block=block, done=0)["total"]
    assert half["total"] <= whole["total"] == 16 * n_passes
    assert compute(way=way, block=1, done=50)["total"] == 8 * n_passes


@pytest.mark.parametrize("n", [2, 5, 16, 64])
def test_the_shallow_scan_has_the_least_rounds_and_the_loop_the_least_merges(n):
    compute = gallery()["scan-tree"].compute
    plans = ("one after another", "fewest rounds", "few of both")
    loop, shallow, pairs = (compute(n=n, plan=plan) for plan in plans)
    assert shallow["rounds_now"] == shallow["least"] == math.ceil(math.log2(n))
    assert loop["merges_now"] == n - 1
    assert loop["merges_now"] <= pairs["merges_now"] <= shallow["merges_now"]
    assert shallow["rounds_now"] <= pairs["rounds_now"] <= loop["rounds_now"]
    drawn = int(np.isfinite(pairs["x"]).sum())
    assert drawn == 2 * pairs["merges_now"]
    assert (shallow["dot_x"], shallow["dot_y"]) == (shallow["rounds_now"], shallow["merges_now"])
