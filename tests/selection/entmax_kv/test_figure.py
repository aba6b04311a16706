"""What the figure of certified pages is there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery
from attnkit.selection.entmax_kv.figures.certified_pages import SIZES
from attnkit.selection.entmax_kv.toy import ORDERS


@pytest.fixture(scope="module")
def compute():
    return gallery()["certified-pages"].compute


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("alpha", [1.1, 1.5, 2.0])
def test_nothing_above_the_threshold_is_on_another_page(compute, order, alpha):
    for size in SIZES:
        values = compute(size=size, alpha=alpha, scale=2, order=order)
        above = values["scores"] > values["threshold"]
        assert not np.isnan(values["read_bounds"][above]).any()
        assert values["outside"] == 0
        assert (values["read"] >= values["needed"]).all()


def test_mixed_topics_are_all_read_and_sorted_ones_are_not(compute):
    shares = [compute(size=8, alpha=1.5, scale=2, order=order)["share"] for order in ORDERS]
    assert shares[1] == 100
    assert max(shares[0], shares[2]) < 50


def test_near_softmax_nothing_is_left_out(compute):
    values = compute(size=8, alpha=1.1, scale=2, order=ORDERS[0])
    assert values["share"] == 100
    assert values["threshold"] < values["bounds"].min()
