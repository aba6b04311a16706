"""What the pages on two scales say of their figure is what the figure computes."""

import pytest

from attnkit.explore import gallery


def shown(**setting):
    return gallery()["length-scales"].compute(**setting)


def test_the_blue_curve_is_level_on_the_left_and_grows_on_the_right():
    found = shown(spread=1.5, n_train=256)
    assert found["root_share"].max() - found["root_share"].min() < 0.025
    assert found["root_keys"][-1] / found["root_keys"][2] == pytest.approx(27, abs=0.5)


@pytest.mark.parametrize("spread", [1.0, 1.5, 2.0])
def test_the_green_curve_keeps_its_keys_and_loses_its_share(spread):
    found = shown(spread=spread, n_train=256)
    assert found["keep_keys"][2:].max() < 3 * found["keep_keys"][2:].min()
    assert found["keep_share"][2] - found["keep_last"] > 0.2


def test_green_and_orange_come_together_at_spread_two():
    found = shown(spread=2.0, n_train=256)
    assert abs(found["keep_last"] - found["abf_last"]) < 0.03


def test_a_frozen_row_keeps_nothing():
    found = shown(spread=3.0, n_train=256)
    assert found["root_share"][0] - found["root_share"][-1] > 0.1
