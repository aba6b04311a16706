"""What the figure of the sparse needle is there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def compute():
    return gallery()["sparse-needle"].compute


def test_the_scale_leaves_the_needle_alone_and_without_it_rivals_come_in(compute):
    values = compute(slope=0.5, power=1.0, spread=0.5)
    assert values["weight"].min() > 0.999
    assert values["support"].max() == 1
    assert (np.diff(values["bare_support"]) > 0).all()
    assert values["bare"][-1] < 0.5


def test_the_same_scale_under_softmax_comes_close(compute):
    values = compute(slope=0.5, power=1.0, spread=0.5)
    assert values["same_scale"].min() > 0.9


def test_a_negative_power_undoes_the_gain(compute):
    shrinking = compute(slope=0.5, power=-2.0, spread=0.5)
    assert shrinking["weight"][-1] < shrinking["bare"][-1] + 0.02
    assert shrinking["scale"] < 1.1


def test_above_a_few_hundred_keys_a_rival_is_higher_and_the_needle_gets_nothing(compute):
    values = compute(slope=0.5, power=1.0, spread=1.0, n=4096)
    assert values["best_rival"] > 3
    assert (values["weight"][values["length"] > 2000] < 1e-6).all()
    assert compute(spread=1.0, n=256)["best_rival"] < 3
