"""What the chapter on real signals claims, as bounds that survive another machine."""

import pytest

from attnkit.densities.claims import signals


@pytest.mark.claim("two-clocks")
def test_two_clocks_read_the_same():
    measured = signals.two_clocks()
    assert measured["largest gap"] < 1e-6
    assert measured["peaks in global time"] == 1
    assert measured["most peaks in local time"] == 4


@pytest.mark.claim("one-peak-stays-one")
def test_an_exponential_clock_never_makes_a_second_peak():
    assert signals.one_peak_stays_one() == {"most peaks": 1, "fewest": 1}


@pytest.mark.claim("shared-threshold")
def test_hills_that_share_a_threshold_are_narrower_than_components():
    measured = signals.shared_threshold()
    for n_hills in (2, 4):
        assert abs(measured[f"alpha 1, {n_hills} hills: lost by the mixture"]) < 1e-9
        for alpha in (1.5, 2.0):
            name = f"alpha {alpha:g}, {n_hills} hills"
            wanted = n_hills ** (-(alpha - 1) / (alpha + 1))
            assert measured[f"{name}: width"] == pytest.approx(wanted, abs=2e-3)
            assert measured[f"{name}: lost by the mixture"] > 0.01


@pytest.mark.claim("dead-heads")
def test_a_sparse_head_that_left_the_domain_never_returns():
    measured = signals.dead_heads()
    assert measured["unconstrained: slope"] == 0
    assert measured["unconstrained: lost mass"] == 1
    assert measured["bounded: slope"] > 1e-3


@pytest.mark.claim("bound-closes-the-gap")
def test_a_bounded_mean_takes_most_of_the_gap_away_where_heads_are_many():
    measured = signals.bound_closes_the_gap()
    for method in ("cts softmax", "cts sparsemax"):
        free, bound = (measured[f"{method}, {m}, 32 heads"] for m in ("unconstrained", "bounded"))
        assert free > 20
        assert bound < free / 4
        assert measured[f"{method}, bounded, 4 heads, at least"] > 2
