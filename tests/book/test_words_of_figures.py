"""What a figure says: names in its selects, numbers in its read-outs, lines called as they look."""

import re

import pytest

from attnkit.explore import gallery

FIGURES = sorted(gallery())


@pytest.mark.parametrize("name", FIGURES)
def test_an_option_begins_with_its_name(name):
    for control in gallery()[name].controls:
        if control.kind in ("choice", "text"):
            for option in control.stored:
                assert re.match(r"(an? )?[^\W\d_]{2,}|[⟨β−]", option), f"{control.name}: {option!r}"


@pytest.mark.parametrize("name", FIGURES)
def test_a_small_number_is_shown_as_one_and_not_as_its_logarithm(name):
    for readout in gallery()[name].readouts:
        assert not re.search(r"power|log₁₀|log10", readout.label), readout.label


@pytest.mark.parametrize("name", FIGURES)
def test_no_sentence_depends_on_how_a_line_is_dotted(name):
    figure = gallery()[name]
    assert "dotted" not in figure.caption + figure.alt
