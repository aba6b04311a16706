"""What is claimed of continuous attention layers, as bounds that survive another machine."""

import pytest

from attnkit.densities.layers import claims


@pytest.mark.claim("dead-heads")
def test_a_sparse_head_that_left_the_domain_never_returns():
    measured = claims.dead_heads()
    assert measured["unconstrained: slope"] == 0
    assert measured["unconstrained: lost mass"] == 1
    assert measured["bounded: slope"] > 1e-3


@pytest.mark.claim("bound-closes-the-gap")
def test_a_bounded_mean_takes_most_of_the_gap_away_where_heads_are_many():
    measured = claims.bound_closes_the_gap()
    for method in ("cts softmax", "cts sparsemax"):
        free, bound = (measured[f"{method}, {m}, 32 heads"] for m in ("unconstrained", "bounded"))
        assert free > 20
        assert bound < free / 4
        assert measured[f"{method}, bounded, 4 heads, at least"] > 2
