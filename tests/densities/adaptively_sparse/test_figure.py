"""What the figure of an alpha for each head is there to show."""

import numpy as np

from attnkit.densities.adaptively_sparse.figures.alpha_per_head import ALPHAS, SCALES
from attnkit.explore import gallery


def test_at_every_scale_the_heads_want_opposite_ends():
    compute = gallery()["alpha-per-head"].compute
    for scale in SCALES:
        assert compute(scale=scale, wanted="best key")["risk"].argmin() == len(ALPHAS) - 1
        assert compute(scale=scale, wanted="mean")["risk"].argmin() == 0


def test_the_gain_over_one_and_a_half_moves_with_the_scale():
    compute = gallery()["alpha-per-head"].compute
    sharp, start = (compute(scale=s, wanted="best key") for s in (12.0, 1.0))
    assert sharp["gain"] < 0.3 * start["gain"]
    assert start["gain"] == start["risk"][5] - start["least"]


def test_what_alpha_buys_the_scale_buys_too():
    compute = gallery()["alpha-per-head"].compute
    sharp, softer = compute(scale=12.0, wanted="best key"), compute(scale=3.0, wanted="best key")
    assert (sharp["risk"] < softer["risk"]).all()
    flat, steeper = (np.ptp(compute(scale=s, wanted="mean")["risk"]) for s in (0.25, 3.0))
    assert flat < 0.2 * steeper
