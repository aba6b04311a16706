"""The claims on FlexPrefill, on other seeds than they measure, and what the figure must show."""

import pytest

from attnkit.explore import gallery
from attnkit.selection.flex_prefill import claims
from attnkit.trained.kept_heads import HEADS


@pytest.mark.claim("cover-error")
def test_no_error_passes_its_bound_and_some_come_near_a_tenth_of_it():
    measured = claims.cover_error()
    assert max(measured.values()) <= 1
    assert min(measured[f"γ = {share}"] for share in (0.5, 0.8, 0.9)) > 0.1
    for seed in range(1, 4):
        assert claims.error_of(0.7, seed=seed) <= 1


@pytest.mark.claim("pooled-rows")
def test_covers_of_rows_keep_their_word_and_pooled_blocks_do_not():
    measured = claims.pooled_rows()
    assert measured["rows, worst row of all"] >= 0.9 - 1e-3
    assert measured["blocks, worst row of all"] < 0.05
    assert measured["blocks, worst row, mean head"] < 0.9
    assert measured["blocks, density"] > measured["rows, density"]


@pytest.mark.claim("stops-short")
def test_a_prefix_below_the_share_may_keep_nothing():
    measured = claims.stops_short()
    assert measured["most that do not"] == 0
    assert measured["fewest that suffice"] == pytest.approx(0.95)
    assert measured["most that do not, encoder"] < 0.9 < measured["fewest that suffice, encoder"]


def test_the_figure_s_rows_are_above_the_share_and_some_blocks_below():
    compute = gallery()["cover-of-rows"].compute
    for head in HEADS:
        for share in (0.5, 0.8, 0.99):
            values = compute(head=head, share=share)
            assert values["row_worst"] >= share - 1e-9
            assert values["row_worst"] == pytest.approx(values["row_mass"].min())
    assert compute(head="one ahead", share=0.9)["block_worst"] < 0.5
    even, one = (compute(head=head, share=0.9) for head in ("nearly even", "one ahead"))
    assert even["row_density"] > 0.6 > 0.2 > one["row_density"]
