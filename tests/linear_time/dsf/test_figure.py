"""What the figure of one form is there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery
from attnkit.linear_time.dsf import claims


@pytest.fixture(scope="module")
def compute():
    return gallery()["one-form"].compute


def test_at_spread_zero_both_channels_are_one_decay(compute):
    values = compute(spread=0.0, rate=-0.5, step=0.25)
    np.testing.assert_allclose(values["first"], values["second"])
    ratios = values["first"][1:] / values["first"][:-1]
    np.testing.assert_allclose(ratios, np.exp(0.5 * 0.25))
    assert values["left"] == pytest.approx(0, abs=1e-12)


def test_one_channel_holds_the_loud_token_and_the_other_skips_it(compute):
    values = compute(spread=1.0, rate=-0.5, step=0.25)
    assert values["first"].argmax() == 11
    assert values["second"][11] == 0
    assert values["left"] == pytest.approx(0.5, abs=1e-6)
    assert (np.diff(values["unshared"]) > 0).all()


def test_without_forgetting_the_steps_still_weigh(compute):
    values = compute(spread=0.5, rate=0.0, step=0.25)
    assert values["left"] > 0.05
    assert len(set(values["second"].round(9))) == 2


def test_a_share_is_lost_only_when_steps_differ():
    lost = [claims.unshared_share(spread, seed=7) for spread in (0.0, 0.5, 1.0)]
    assert lost[0] < 1e-12 < lost[1] < lost[2]
