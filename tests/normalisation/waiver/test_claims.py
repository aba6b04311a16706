"""The claim on removing a key, on other rows than it measures, and where it is at its edge."""

import pytest
import torch

from attnkit.normalisation.waiver import change_if_dropped, change_if_renormalised, claims


@pytest.mark.claim("waiver-removal")
def test_both_formulas_equal_reading_again():
    assert max(claims.waiver_removal().values()) < 1e-13


@pytest.mark.claim("waiver-removal")
@pytest.mark.parametrize("seed", range(1, 6))
def test_they_do_over_seeds_and_with_a_value_of_zero(seed):
    weights, values = claims.drawn(31, 7, seed=seed)
    values[:, 0] = 0
    dropped = change_if_dropped(weights, values)[:, 0, 0]
    assert dropped.abs().max() == 0
    again = claims.reread(weights, values, renormalise=True)
    torch.testing.assert_close(change_if_renormalised(weights, values)[:, 0, 0], again)
    share = weights[:, 0, 0]
    amplified = share / (1 - share) * (weights @ values).norm(dim=-1)[:, 0]
    torch.testing.assert_close(again, amplified)
