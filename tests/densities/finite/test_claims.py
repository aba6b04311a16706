"""What is claimed of weights, checked on more than the claims themselves measure."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnkit.densities.finite import claims, entmax


@pytest.mark.claim("one-hot-gap")
def test_one_hot_exactly_from_the_critical_gap_on():
    measured = claims.one_hot_gap()
    assert measured["largest at the gap"] == 0.0
    assert measured["smallest 1 % below it"] > 0.0
    assert measured["softmax, gap 20"] > 0.0


@pytest.mark.claim("one-hot-gap")
@given(
    alpha=st.floats(1.2, 4.0),
    temperature=st.floats(0.1, 5.0),
    below=st.lists(st.floats(0.0, 50.0), min_size=1, max_size=41),
    factor=st.floats(0.2, 3.0).filter(lambda f: abs(f - 1) > 0.02),
)
@settings(deadline=None, max_examples=80)
def test_only_the_distance_to_the_second_best_counts(alpha, temperature, below, factor):
    gap = factor * temperature / (alpha - 1)
    rivals = torch.tensor(below, dtype=torch.float64)
    scores = torch.cat([torch.tensor([gap], dtype=torch.float64), rivals.min() - rivals])
    weights = entmax(scores / temperature, alpha)
    assert (weights[1:].max() == 0) == (factor > 1)


@pytest.mark.claim("no-dispersion")
def test_far_rivals_change_nothing_however_many():
    measured = claims.no_dispersion()
    assert measured["alpha = 1.5"] == 0.0
    assert measured["alpha = 2"] == 0.0
    assert measured["softmax's rivals"] >= measured["bound on softmax's rivals"] - 1e-12
    assert measured["alpha = 1"] > 0.9


@pytest.mark.claim("no-dispersion")
def test_far_rivals_change_no_weight_of_the_keys_that_count():
    generator = torch.Generator().manual_seed(0)
    near = torch.rand(7, generator=generator, dtype=torch.float64)
    for alpha in (1.5, 2.0, 3.0):
        alone = entmax(near, alpha)
        far = near.max() - 1 / (alpha - 1) - torch.rand(997, generator=generator).double()
        crowd = entmax(torch.cat([near, far]), alpha)
        torch.testing.assert_close(crowd[:7], alone, rtol=0, atol=1e-15)
        assert crowd[7:].abs().max() == 0


@pytest.mark.claim("power-tail")
@given(
    alpha=st.floats(0.02, 0.98),
    spread=st.floats(0.01, 300.0),
    n=st.integers(1, 53),
    seed=st.integers(0, 10**6),
)
@settings(deadline=None, max_examples=80)
def test_weights_of_far_keys_lie_between_two_powers(alpha, spread, n, seed):
    generator = torch.Generator().manual_seed(seed)
    scores = spread * torch.randn(n, generator=generator, dtype=torch.float64)
    weights = entmax(scores, alpha)
    for score, weight in zip(scores, weights, strict=True):
        low, high = claims.tail_bounds((scores.max() - score).item(), alpha, n)
        assert low * (1 - 1e-9) <= weight <= high * (1 + 1e-9)


@pytest.mark.claim("power-tail")
def test_softmax_leaves_far_keys_less_than_any_power():
    measured = claims.power_tail()
    assert measured["alpha = 1.0, gap 1000"] == 0.0
    for alpha in (0.5, 0.75):
        for gap in (10, 1000):
            here = measured[f"alpha = {alpha}, gap {gap}"]
            assert measured[f"  at least, {alpha}, {gap}"] <= here
            assert here <= measured[f"  at most, {alpha}, {gap}"]
