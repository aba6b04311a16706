"""The claims on sigmoid attention, on more rows than they measure."""

import math

import pytest
import torch
from torch.func import jacrev

from attnkit.densities import softmax
from attnkit.normalisation import sigmoid_weights
from attnkit.normalisation.sigmoid import claims


@pytest.mark.claim("sigmoid-row-sum")
def test_the_sum_approaches_its_bound_from_below():
    measured = claims.sigmoid_row_sum()
    sums = [measured[f"n = {n}"] for n in (64, 512, 4096)]
    assert sums == sorted(sums)
    assert sums[-1] == pytest.approx(math.exp(0.5), abs=0.01)


@pytest.mark.claim("sigmoid-row-sum")
@pytest.mark.parametrize("spread", [0.5, 1.0, 1.5])
def test_the_bound_holds_over_seeds(spread):
    bound = math.exp(spread**2 / 2)
    for seed in range(5):
        rows = claims.normal_rows(1000, 512, spread, seed=seed)
        sums = sigmoid_weights(rows).sum(-1)
        assert sums.mean() < bound + 3 * sums.std() / math.sqrt(1000)
        assert (sums < rows.exp().mean(-1)).all()  # row by row, without chance


@pytest.mark.claim("sigmoid-slope")
def test_no_row_is_steeper_than_the_bound():
    measured = claims.sigmoid_slope()
    assert measured["softmax, largest"] == pytest.approx(0.5)
    assert measured["sigmoid, largest"] == pytest.approx(0.25)
    assert measured["sigmoid, mean at spread 1"] > measured["softmax, mean at spread 1"]
    for spread in (0.5, 2.0, 8.0):
        rows = claims.normal_rows(31, 13, spread, seed=2)
        assert claims.slopes(softmax, rows).max() <= 0.5 + 1e-12
        assert claims.slopes(sigmoid_weights, rows).max() <= 0.25 + 1e-12


def test_the_slope_is_the_largest_singular_value():
    row = claims.normal_rows(1, 5, 1.0, seed=3)
    wanted = torch.linalg.svdvals(jacrev(softmax)(row[0]))[0]
    torch.testing.assert_close(claims.slopes(softmax, row)[0], wanted)
