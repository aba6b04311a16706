"""What every mechanism of a room with a folder for each brings, and what its room adds."""

import math
import re
from pathlib import Path

import pytest

from attnkit.cards import cards
from attnkit.coursework import find_set
from attnkit.experiments import experiments, load
from attnkit.rooms import rooms

ROOT = Path(__file__).parents[2]
FIRST_PART = 5
"""From this part on every mechanism has a page of its own."""

FIRST_ORDER = {"densities": 7, "icl": 1}
"""In the older rooms those have one that came later."""

SHELVED = [name for name, each in rooms().items() if each.part >= FIRST_PART]
CARDS = [
    card
    for card in cards()
    if card.room in SHELVED or card.order >= FIRST_ORDER.get(card.room, math.inf)
]


def named(card):
    return f"{card.room}/{card.name}"


@pytest.mark.parametrize("card", CARDS, ids=named)
def test_a_mechanism_has_a_page_that_cites_its_source(card):
    folder = ROOT / "book" / card.room / card.name
    page = (folder / "chapter.md").read_text()
    known = "".join(path.read_text() for path in (ROOT / "book").rglob("*.bib"))
    cited = re.findall(r"{cite\S*}`[^`]+`", page)
    assert cited, "nothing is cited"
    assert [key for key in card.references if f"{{{key}," not in known] == []


@pytest.mark.parametrize("card", CARDS, ids=named)
def test_a_mechanism_has_tests_and_a_claim_that_its_page_states(card):
    tests = ROOT / "tests" / card.room / card.name
    assert [*tests.rglob("test_*.py")], f"no tests in {tests.relative_to(ROOT)}"
    page = (ROOT / "book" / card.room / card.name / "chapter.md").read_text()
    claimed = re.findall(r"```{claim} (\S+)", page)
    marked = "".join(path.read_text() for path in tests.parent.rglob("test_*.py"))
    assert claimed, "no claim"
    assert [name for name in claimed if f'claim("{name}")' not in marked] == []


@pytest.mark.parametrize("room", [*SHELVED, "densities", "icl"])
def test_a_room_has_a_story_that_leads_to_every_page(room):
    (story,) = (ROOT / "book" / room).glob("1_*.md" if room in SHELVED else "4_*.md")
    text = story.read_text()
    missing = [c.name for c in CARDS if c.room == room and f"{c.name}/chapter" not in text]
    assert missing == []


@pytest.mark.parametrize("room", [name for name, each in rooms().items()])
def test_cards_of_a_room_are_counted_from_one(room):
    orders = sorted(card.order for card in cards() if card.room == room)
    assert orders == [*range(1, len(orders) + 1)]


@pytest.mark.parametrize("room", ["linear-time", "selection", "structure", "interpretation"])
def test_a_room_of_many_ways_sets_at_least_eight_tasks(room):
    assert len(find_set(room).tasks) >= 8


REAL = [
    name
    for name in experiments()
    if re.fullmatch(r"(linear-time|selection|structure|densities)-.*-real", name)
]


@pytest.mark.parametrize("name", REAL)
def test_what_real_heads_do_is_recorded_of_thirty_passages(name):
    found = load(name)
    passages = {unit["case"].get("passage") for unit in found["units"]}
    assert found["scale"] == "full"
    assert len(passages) == 30 or None in passages


@pytest.mark.parametrize("card", [card for card in CARDS if card.room == "selection"], ids=named)
def test_every_choice_of_keys_is_drawn_and_measured_beside_the_others(card):
    folder = ROOT / "attnkit" / "selection" / card.name
    assert (folder / "patterns.py").exists()
    assert f"selection-{card.name.replace('_', '-')}-real" in experiments()


PARAGRAPHS = {"focal", "graph_aware", "information"}
"""Mechanisms that a paragraph and a test or a task are enough for."""


@pytest.mark.parametrize("card", CARDS, ids=named)
def test_a_mechanism_whose_page_moves_a_figure_declares_it(card):
    """Every page moves a figure but those of a paragraph."""
    page = (ROOT / "book" / card.room / card.name / "chapter.md").read_text()
    assert card.name in PARAGRAPHS or "```{explorable}" in page
