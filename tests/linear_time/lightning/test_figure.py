"""What the figure of the fan is there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def compute():
    return gallery()["lightning-fan"].compute


def test_the_head_that_never_forgets_recalls_every_age_alike_and_less_of_more(compute):
    few, many = (compute(n=n)["first"] for n in (64, 4096))
    for each in (few, many):
        known = each[np.isfinite(each)]
        assert np.ptp(known) < 1e-12
    assert np.nanmax(many) < 0.2 < 0.6 < np.nanmax(few)


def test_the_others_recall_the_last_tokens_however_many_there_were(compute):
    few, many = (compute(n=n, layer=5)["second"] for n in (1024, 4096))
    np.testing.assert_allclose(few[:20], many[:20], atol=1e-9)
    assert many[0] > 0.95
    assert many[-1] < 1e-9


def test_every_head_that_forgets_recalls_the_last_token(compute):
    for layer in (0, 5):
        values = compute(layer=layer, n=4096)
        assert values["since"][0] == 1
        assert min(values[name][0] for name in ("second", "third", "last")) > 0.9


def test_deeper_layers_forget_more_slowly_but_no_head_as_slowly_as_a_real_one(compute):
    first, last = (compute(layer=layer) for layer in (0, 5))
    assert last["life_last"] > 5 * first["life_last"]
    assert last["life_second"] < last["life_real"]


def test_a_longer_block_would_overflow_more_heads(compute):
    counts = [compute(layer=0, block=block)["overflowing"] for block in (16, 64, 128, 256)]
    assert counts == sorted(counts)
    assert counts[2:] == [7, 7]
    assert compute(layer=0, block=256)["power"].max() == pytest.approx(778, abs=1)
    assert compute(layer=5, block=16)["overflowing"] == 0
