"""The claim on affine-scaled attention, over seeds."""

import pytest
import torch

from attnkit.densities import softmax
from attnkit.normalisation import affine_weights
from attnkit.normalisation.affine import claims


@pytest.mark.claim("affine-sum")
def test_every_row_sums_to_the_mean_scale():
    measured = claims.affine_sum()
    assert measured["furthest sum from it"] < 1e-14
    assert 0.28 < measured["share of negative weights"] < 0.31
    assert measured["the same, mean scale one"] == 0


@pytest.mark.claim("affine-sum")
def test_the_share_of_negative_weights_holds_over_seeds():
    for seed in range(5):
        scores, scale = claims.drawn(4096, 64, seed=seed)
        weights = affine_weights(scores, scale, scale.mean().item())
        assert 0.28 < (weights < 0).double().mean().item() < 0.31
        low = scale[:, 0] <= scale.mean()
        assert not (weights[low] < 0).any()
        bound = (1 - scale.mean() / scale) / 64
        assert torch.equal(weights < 0, softmax(scores) < bound)
