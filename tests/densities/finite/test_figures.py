"""The figure of weights over keys shows what the library computes."""

import math

import numpy as np
import pytest
import torch

from attnkit.densities.finite import entmax
from attnkit.densities.finite.figures.finite_entmax import scores_for
from attnkit.explore import gallery


def values(name, **changes):
    explorable = gallery()[name]
    return explorable.compute(**explorable.defaults | changes)


@pytest.mark.parametrize("rivals", [1, 4, 11, 256])
@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.5, 2.0, 4.0])
def test_row_of_weights_and_its_threshold(alpha, rivals):
    shown = values("finite-entmax", alpha=alpha, temperature=0.5, gap=0.45, rivals=rivals)
    weights = entmax(scores_for(0.45, rivals) / 0.5, alpha)
    count = min(12, rivals + 1)
    np.testing.assert_allclose(shown["weight"][:count], weights[:count])
    assert np.isnan(shown["weight"][count:]).all()
    assert shown["support"] == (weights > 0).sum()
    if alpha <= 1:
        assert math.isnan(shown["threshold"])
    else:
        scores = torch.from_numpy(shown["score"][:count])
        lifted = (alpha - 1) * (scores - shown["threshold"]) / 0.5
        rebuilt = lifted.clamp(min=0) ** (1 / (alpha - 1))
        np.testing.assert_allclose(rebuilt, weights[:count], atol=2e-5)
