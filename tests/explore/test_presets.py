"""What figures share: each preset against what it stands for, written out."""

import numpy as np
import pytest
import torch

from attnkit.explore import Affine, Line, Slider
from attnkit.explore.marks import resolve
from attnkit.explore.presets import (
    alpha_slider,
    intervals_drawn,
    one_point,
    padded,
    support_line,
    where,
)


def test_an_alpha_slider_stops_at_its_list():
    written_out = Slider("alpha", "α", stops=(1.0, 1.5, 2.0), default=2.0, step=0.05, meaning="m")
    assert alpha_slider((1.0, 1.5, 2.0), meaning="m") == written_out
    assert alpha_slider((1.0, 1.5, 2.0), default=1.5, meaning="m").default == 1.5


@pytest.mark.parametrize("row", [np.array([3.0, 1.0]), torch.tensor([3.0, 1.0])])
def test_a_row_is_made_longer_by_what_draws_nothing(row):
    np.testing.assert_array_equal(padded(row, 5), [3.0, 1.0, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(padded(row, 2), [3.0, 1.0])


def test_intervals_are_drawn_with_a_gap_after_each():
    drawn = intervals_drawn([(0.1, 0.2), (0.5, 0.7)], 3)
    gap = np.nan
    np.testing.assert_array_equal(drawn, [0.1, 0.2, gap, 0.5, 0.7, gap, gap, gap, gap])


def test_a_support_is_drawn_at_its_threshold_and_nowhere_else():
    support = intervals_drawn([(0.1, 0.2)], 2)
    line = support_line()
    assert line == Line(
        "support", Affine("threshold", 0.0, "support"), label="support", tone="support", width=5
    )
    height = resolve(line.y, {"threshold": 0.3, "support": support})
    np.testing.assert_array_equal(height, np.where(np.isnan(support), np.nan, 0.3))


def test_a_number_stands_where_an_array_is_known():
    values = {"number": 2.0, "known": np.array([5.0, np.nan])}
    np.testing.assert_array_equal(resolve(where("number", "known"), values), [2.0, np.nan])
    np.testing.assert_array_equal(resolve(one_point("number"), values), [2.0])
