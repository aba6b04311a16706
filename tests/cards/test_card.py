"""A card is read as it is written, and a broken one says what is wrong, where."""

import re
from pathlib import Path

import pytest

from attnkit.cards import cards, read

WHOLE = """
title = "Sigmoid attention"
question = "Must the weights sum to one?"
source = "Ramapuram et al. 2024"
order = 3
references = ["ramapuram2024sigmoid"]
[laws.sigmoid]
signed = false
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "attnkit" / "optics" / "lens" / "card.toml"
        path.parent.mkdir(parents=True)
        path.write_text(text)
        return path

    return write


def test_a_card_is_read(written):
    card = read(written(WHOLE))
    assert (card.room, card.name, card.order) == ("optics", "lens", 3)
    assert card.references == ("ramapuram2024sigmoid",)
    assert card.laws == {"sigmoid": {"signed": False}}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title", "titel", "'titel' is no field of a card; wanted .*title"),
        ('title = "Sigmoid attention"', "", "title is missing; wanted a few words"),
        ("order = 3", "", "order is missing; wanted a whole number from 1"),
        ("order = 3", "order = 0", "order must be a whole number from 1, got 0"),
        ("order = 3", "order = true", "order must be a whole number from 1, got True"),
        ("to one?", "to one", "question must be a sentence with a question mark, got 'Must"),
        ('"Ramapuram et al. 2024"', '" "', "source must be a paper and where in it, got ' '"),
        ('["ramapuram2024sigmoid"]', '"a"', "references must be a list of keys of the bib"),
        ("[laws.sigmoid]", "[laws]", "laws must be a table for each map, such as"),
        ("[laws.sigmoid]\nsigned = false", "", "must declare laws, or say .* has neither"),
        ("[laws", 'without_laws = "None."\n[laws', "must declare laws, or say .* has both"),
        ("order = 3", 'order = 3\nwithout_laws = ""', "without_laws must be a sentence"),
        ('"Sigmoid attention"', "Sigmoid", "must be TOML: .*line 2"),
    ],
)
def test_a_broken_card_says_what_is_wrong_and_where(written, old, new, message):
    with pytest.raises(ValueError, match=rf"attnkit/optics/lens/card\.toml.*{message}"):
        read(written(WHOLE.replace(old, new)))


def test_a_missing_card_says_so(tmp_path):
    with pytest.raises(ValueError, match=r"optics/lens/card\.toml is missing.*'lens'"):
        read(tmp_path / "optics" / "lens" / "card.toml")


def test_the_order_in_a_room_is_nobody_elses():
    places = [(card.room, card.order) for card in cards()]
    assert len(places) == len(set(places))


def test_every_reference_of_a_card_is_in_a_bibliography():
    book = Path(__file__).parents[2] / "book"
    texts = [path.read_text() for path in (book / "references.bib", *book.rglob("*/refs.bib"))]
    known = {key for text in texts for key in re.findall(r"^@\w+\{(\S+),", text, re.M)}
    for card in cards():
        assert set(card.references) <= known, card.path
