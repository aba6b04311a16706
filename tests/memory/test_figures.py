"""The moving figures say what the library computes."""

import numpy as np
import pytest

from attnkit.memory import theory
from attnkit.memory.capacity.figures.capacity_explorer import CAPACITY_EXPLORER
from attnkit.memory.conditioning import ANIMALS, PHENOMENA, simulate
from attnkit.memory.conditioning.figures.conditioning_laboratory import CONDITIONING_LABORATORY
from attnkit.memory.digits.figures.remembered_digits import REMEMBERED_DIGITS
from attnkit.memory.feature_maps.figures.feature_spikes import FEATURE_SPIKES
from attnkit.memory.forgetting.figures.forgetting_curves import FORGETTING_CURVES
from attnkit.memory.reliability.figures.depth_width_heads import DEPTH_WIDTH_HEADS
from attnkit.memory.traps.figures.trap_gallery import TRAP_GALLERY


def test_the_laboratory_shows_the_course():
    design = "40 A+ | 40 AB+ | B"
    shown = CONDITIONING_LABORATORY.compute(design=design, animal="delta", pace=1.0, salience=1.0)
    course = simulate(design, ANIMALS["delta"])
    np.testing.assert_allclose(shown["strength_A"][:81], course.of("A"))
    assert np.isnan(shown["strength_A"][81:]).all()
    assert np.isnan(shown["strength_C"]).all()
    assert (shown["first_end"], shown["final_probe"]) == (40, course["B"])


def test_a_faster_pace_and_a_fainter_cue():
    settings = {"design": "60 AB+ | A", "animal": "two time scales"}
    slow, fast = (
        CONDITIONING_LABORATORY.compute(**settings, pace=p, salience=1.0) for p in (0.5, 2.0)
    )
    assert fast["strength_A"][5] > slow["strength_A"][5]
    faint = CONDITIONING_LABORATORY.compute(**settings, pace=1.0, salience=0.5)
    assert faint["final_A"] < faint["final_B"]


def test_an_unreadable_design_is_refused_with_its_character():
    with pytest.raises(ValueError, match="unknown cue"):
        CONDITIONING_LABORATORY.compute(design="3 A+ | Z", animal="delta", pace=1.0, salience=1.0)


def test_the_capacity_dots_lie_on_the_lines():
    shown = CAPACITY_EXPLORER.compute(d_key=64, tolerance=0.5)
    later = shown["pairs"] >= 32
    for law, allowed in (("average", 0.05), ("worst", 0.05)):
        measured, predicted = shown[f"measured_{law}"][later], shown[f"predicted_{law}"][later]
        np.testing.assert_allclose(measured, predicted, rtol=allowed)
    assert shown["here_average"] == theory.average_capacity(64, 0.5)


def test_forgetting_shows_recorded_dots_only_where_they_were_recorded():
    here = FORGETTING_CURVES.compute(d_key=64, rate=0.5, served_age=16)
    there = FORGETTING_CURVES.compute(d_key=32, rate=0.5, served_age=16)
    assert np.isfinite(here["measured_hebb"]).all()
    assert np.isnan(there["measured_hebb"]).all()


def test_depth_width_heads():
    shown = DEPTH_WIDTH_HEADS.compute(d_key=64, n_heads=4, n_pairs=32, tolerance=1.0)
    np.testing.assert_allclose(shown["measured_noise"], shown["noise"][:8], rtol=0.1)
    at = shown["usable"]
    assert np.interp(at, shown["depth"], shown["noise"]) == pytest.approx(1, abs=0.05)


def test_sharper_maps_have_narrower_spikes():
    blunt, sharp = (FEATURE_SPIKES.compute(d_key=16, gain=g) for g in (0.5, 4.0))
    assert sharp["half_sharp"] < blunt["half_sharp"]
    assert sharp["profile_sharp"][-1] == 1


def test_traps_fail_at_the_last_step_and_ours_do_not():
    for trap in TRAP_GALLERY.sliders["trap"].stored:
        shown = TRAP_GALLERY.compute(trap=trap, severity=5)
        assert shown["here_errors"][0] > 1e-2
        assert shown["here_errors"][1] < 1e-6


def test_fewer_digits_are_recalled_better():
    few, many = (REMEMBERED_DIGITS.compute(keys="random", rule="Hebb", n_pairs=n) for n in (2, 128))
    assert few["cosine"] > 0.95 > many["cosine"]


def test_the_chapter_prints_the_table_of_phenomena():
    from pathlib import Path

    from tests.memory.conditioning.test_conditioning import SHOWS

    chapter = Path(__file__).parents[2] / "book/memory/1_what_a_head_remembers.md"
    lines = chapter.read_text(encoding="utf-8").splitlines()
    header = next(line for line in lines if line.startswith("| | acquisition |"))
    assert [cell.strip() for cell in header.split("|")[2:-1]] == list(PHENOMENA)
    for place, animal in enumerate(ANIMALS):
        signs = ["+" if SHOWS[name][place] == "+" else "−" for name in PHENOMENA]
        assert f"| {animal} | " + " | ".join(signs) + " |" in lines


def test_every_design_of_the_laboratory_has_a_name_that_changes_nothing():
    control = CONDITIONING_LABORATORY.sliders["design"]
    names = [design.partition(": ")[0] for design in control.stored]
    assert len(set(names)) == len(names)
    for design in control.stored:
        name, bare = design.split(": ")
        assert name.replace(" ", "").isalpha()
        rest = {"animal": "delta", "pace": 1.0, "salience": 0.5}
        named = CONDITIONING_LABORATORY.compute(design=design, **rest)
        for array, value in CONDITIONING_LABORATORY.compute(design=bare, **rest).items():
            np.testing.assert_array_equal(named[array], value)


def test_the_chapter_gives_each_animal_a_formula_and_tells_the_linear_ones_apart():
    from pathlib import Path

    from attnkit.memory.conditioning import LinearRule

    chapter = Path(__file__).parents[2] / "book/memory/1_what_a_head_remembers.md"
    _, linear, others = chapter.read_text(encoding="utf-8").split("| animal | learns by |")
    for animal, rule in ANIMALS.items():
        table = linear if isinstance(rule, LinearRule) else others
        (formula,) = [line for line in table.splitlines() if line.startswith(f"| {animal} | ")][:1]
        assert formula.count("$") >= 2 or "delta rule" in formula
