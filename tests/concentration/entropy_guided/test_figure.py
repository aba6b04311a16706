"""The figure charges heads as the library does, and lets those inside the band be."""

import math

import numpy as np
import torch

from attnkit.concentration import band_penalty, released_band_penalty
from attnkit.concentration.entropy_guided.figures.entropy_band import ENTROPY_BAND, charge
from attnkit.concentration.entropy_guided.settling import SHARPNESS, causal, downhill, settled


def test_the_curves_are_the_library_s_penalties():
    rows = torch.softmax(torch.linspace(0, 6, 13).double().view(-1, 1) * torch.arange(7.0), -1)
    shares = -(rows * rows.log()).sum(-1) / math.log(7)
    target = torch.tensor([0.5], dtype=torch.float64)
    beyond, whole = charge(shares.numpy(), 0.5, 0.2)
    for curve, penalty in ((beyond, band_penalty), (whole, released_band_penalty)):
        wanted = penalty(rows.view(13, 1, 1, 7), target)[:, 0] / math.log(7) ** 2
        np.testing.assert_allclose(curve, wanted.numpy(), atol=1e-12)


def test_without_weight_nobody_moves():
    shown = ENTROPY_BAND.compute(weight=0.0)
    np.testing.assert_array_equal(shown["after_entropy"], shown["before_entropy"])


def test_weight_draws_heads_in_and_the_collapsed_last():
    outside = [ENTROPY_BAND.compute(weight=w)["stuck"] for w in (0, 3, 30)]
    assert outside[0] > outside[1] > outside[2] == 0
    some = ENTROPY_BAND.compute(weight=3)
    moved = np.abs(some["after_entropy"] - some["before_entropy"])
    assert moved[-1] < 0.01 < moved[5]


def test_counting_the_context_ends_higher():
    own, context = (
        ENTROPY_BAND.compute(weight=30, counts=counts)["after_entropy"]
        for counts in ("the keys a query sees", "the whole context")
    )
    assert (context[3:] > own[3:]).all()


def test_descent_ends_where_no_neighbour_is_lower():
    assert downhill([3.0, 2.0, 1.0, 2.0, 0.0], 0) == downhill([3.0, 2.0, 1.0, 2.0, 0.0], 2) == 2
    assert downhill([3.0, 2.0, 1.0, 2.0, 0.0], 3) == 4
    ends = settled("band", 0.5, 0.2, 3.0, causal())
    assert len(ends) == len(SHARPNESS)
    assert (ends.diff() >= 0).all()  # sharper heads end sharper


def test_trained_heads_outside_the_band_are_counted():
    assert ENTROPY_BAND.compute(target=0.5, tolerance=0.5)["real_outside"] == 0
    assert ENTROPY_BAND.compute(target=0.5, tolerance=0.2)["real_outside"] == 31
    assert ENTROPY_BAND.compute(target=0.5, tolerance=0.1)["real_outside"] == 47
