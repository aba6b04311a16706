"""The claims on places and meaning, and the numbers of their page."""

import re
from pathlib import Path

import numpy as np
import pytest

from attnkit.experiments import experiments
from attnkit.explore import gallery
from attnkit.icl.positional_to_semantic import MixedTask, claims
from attnkit.icl.positional_to_semantic.recorded import phases, real_shares
from attnkit.icl.positional_to_semantic.theory import floors

PAGE = Path(__file__).parents[3] / "book" / "icl" / "positional_to_semantic" / "chapter.md"


@pytest.mark.claim("where-before-what")
def test_places_are_lower_before_one_sample_for_each_dimension_and_meaning_after_three():
    measured = claims.two_starts()
    for ratio in (0.25, 0.35, 0.5, 0.7, 1):
        assert measured[f"n/d = {ratio:g}"] == 0
    for ratio in (2.8, 4, 5.7, 8):
        assert measured[f"n/d = {ratio:g}"] == 5
    mean = phases(0.6)["lead"].mean(1)
    assert (np.diff(np.sign(mean)) != 0).sum() == 1
    assert mean[4] < 0 < mean[5]


@pytest.mark.claim("where-before-what")
def test_the_crossing_comes_later_the_more_is_a_matter_of_place():
    def crossing(share):
        mean = phases(share)["lead"].mean(1)
        return int((mean > 0).argmax()) if (mean > 0).any() else len(mean)

    found = [crossing(share) for share in (0.15, 0.3, 0.45, 0.6, 0.75)]
    assert found == sorted(set(found))
    assert (phases(0.75)["lead"] < 0).all()
    assert (phases(0.9)["lead"] < 0).all()


@pytest.mark.claim("where-before-what")
def test_a_quick_run_shows_both_phases():
    run = experiments()["icl-positional-to-semantic"].run
    for ratio, lower in ((0.5, "positional"), (6.0, "semantic")):
        case = {"share": 0.6, "ratio": ratio, "d": 60, "ridge": 1e-3}
        found = [run(case, seed=100 + seed, device="cpu") for seed in range(3)]
        leads = [each["positional"]["loss"] - each["semantic"]["loss"] for each in found]
        assert (sum(leads) < 0) == (lower == "positional")


@pytest.mark.claim("places-never-pay")
def test_a_head_of_places_is_never_better_than_the_best_fixed_map():
    measured = claims.beat_the_fixed_map()
    for share in (0.15, 0.3, 0.45, 0.6):
        assert measured[f"positional, share {share}"] > 1.3
        assert (measured[f"semantic, share {share}"] < 0.8) == (share < 0.5)
    assert measured["semantic, share 0.6"] > 2


@pytest.mark.claim("places-never-pay")
def test_at_a_share_of_0_45_meaning_pays_from_two_samples_for_each_dimension_on():
    table = phases(0.45)
    pays = table["semantic_risk"] < table["fixed"]
    assert pays.tolist() == (table["ratio"] >= 2).tolist()


def test_a_random_start_is_late_or_never_at_a_good_minimum():
    found = []
    for share in (0.15, 0.3, 0.45, 0.6, 0.75):
        table = phases(share)
        better = np.minimum(table["positional_loss"], table["semantic_loss"])
        above = 100 * (table["random_loss"] / better - 1)
        early = table["ratio"] <= 2.8
        assert (above[early] > 15).all()
        found.append(round(above[early][-1]))
        assert (above > 5).all() == (share == 0.75)
    told = re.search(r"by ([\d, and]+) % at the table's five shares", PAGE.read_text())[1]
    assert found == [int(n) for n in re.findall(r"\d+", told)]


@pytest.mark.claim("two-floors")
def test_without_end_meaning_is_lower_up_to_a_share_of_two_thirds():
    measured = claims.two_floors()
    for share in (0.15, 0.3, 0.45, 0.6):
        assert measured[f"share {share}"] > 1.3
    assert measured["share 0.75"] < 0.8
    assert measured["share 0.6, long places"] < 0.6
    saddle, minimum = (floors(MixedTask(d=2, share=share)) for share in (0.345, 0.355))
    assert saddle.aside < 0 < minimum.aside
    low, high = (floors(MixedTask(d=2, share=share)) for share in (0.65, 0.69))
    assert low.positional_risk > low.semantic_risk
    assert high.positional_risk < high.semantic_risk


@pytest.mark.claim("two-floors")
def test_where_the_positional_minimum_is_a_saddle_samples_lose_it():
    measured = claims.two_floors()
    for share in (0.15, 0.3, 0.45, 0.6):
        saddle = measured[f"share {share}, aside"] < 0
        assert saddle == (share < 0.35)
        assert ((phases(share)["lead"][-2:] == 0).all()) == saddle


@pytest.mark.claim("heads-of-place")
def test_trained_heads_come_in_two_kinds():
    measured = claims.heads_by_share()
    assert measured["above one half"] == 27
    assert measured["below one tenth"] == 29
    assert measured["largest"] > 0.97
    assert measured["layer 2"] > 0.6
    assert measured["layer 6"] < 0.05
    assert measured["tokens shuffled, largest"] < 0.09
    assert real_shares()["texts"] == 16


def test_the_page_s_table_is_the_recorded_run():
    rows = re.findall(r"^\| (0\.\d+) \|(.*)\|$", PAGE.read_text(), re.MULTILINE)
    assert [share for share, _ in rows] == ["0.15", "0.3", "0.45", "0.6", "0.75"]
    for share, rest in rows:
        found, cells = phases(float(share)), [cell.strip() for cell in rest.split("|")]
        wins = (found["lead"] > 0).sum(1)
        assert cells[:2] == [str(wins[0]), str(wins[4])]
        for start, cell in zip(("positional", "semantic"), cells[2:], strict=True):
            risk, fixed = found[f"{start}_risk"][-1], found["fixed"][-1]
            assert float(cell) == pytest.approx(risk / fixed, abs=0.051)


def test_the_figure_s_ends_are_two_regimes():
    compute = gallery()["two-minima"].compute
    low, high = (compute(share=share, ratio=8.0) for share in (0.15, 0.9))
    assert low["semantic_loss"][-1] == pytest.approx(low["positional_loss"][-1])
    assert (high["semantic_loss"] > high["positional_loss"]).all()
    assert (low["semantic_risk"][3:] < low["fixed"][3:]).all()
    assert (high["positional_risk"] > high["fixed"]).all()


def test_a_share_may_be_a_whole_number():
    """A page hands 0 over, not 0.0."""
    for name, column in phases(0.0).items():
        np.testing.assert_array_equal(phases(0)[name], column)
