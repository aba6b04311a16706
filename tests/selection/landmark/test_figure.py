"""What the figure of landmarks is there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def compute():
    return gallery()["landmark-blocks"].compute


def test_means_do_not_see_the_needle_and_the_log_sum_exp_does(compute):
    mean, exact = (
        compute(size=8, kept=2, height=4.0, kind=kind) for kind in ("mean", "log-sum-exp")
    )
    assert mean["needle"] == 0
    assert exact["needle"] > exact["needle_exact"] > 0.3


def test_with_every_block_only_the_log_sum_exp_is_softmax(compute):
    found = {
        kind: compute(size=8, kept=7, height=4.0, kind=kind)
        for kind in ("mean", "mean and log B", "log-sum-exp")
    }
    assert all(values["mass"] == pytest.approx(1) for values in found.values())
    np.testing.assert_allclose(found["log-sum-exp"]["weights"], found["mean"]["exact"], atol=1e-12)
    shares = {kind: values["recent"] / values["recent_exact"] for kind, values in found.items()}
    assert shares["mean"] == pytest.approx(9, abs=0.2)
    assert 1.5 < shares["mean and log B"] < 3


def test_a_mean_of_thirty_two_keys_hides_the_needle(compute):
    means = compute(size=32, kept=2, height=4.0, kind="mean")
    assert means["mass"] == pytest.approx(1)
    assert means["needle"] < means["needle_exact"] / 5
