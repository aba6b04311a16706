"""One table of words: complete, used, and translated without touching Python."""

import re
import string
from pathlib import Path

import pytest

import attnkit.words
from attnkit.words import LANGUAGE, languages, say, words

ROOT = Path(__file__).parents[2]
SECTIONS = ("figure", "exercise", "chapter", "claim", "matrix", "page", "paper", "slides")


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.fixture
def german(tmp_path, monkeypatch):
    """A translation of a few entries beside the English table."""
    english = Path(attnkit.words.__file__).with_name("en.toml").read_text()
    (tmp_path / "en.toml").write_text(english)
    (tmp_path / "de.toml").write_text(
        '[figure]\nreset = "Zurück"\n[exercise]\nheading = "Aufgabe {number}: {title}"\n'
    )
    monkeypatch.setattr(attnkit.words, "_FOLDER", tmp_path)
    attnkit.words._table.cache_clear()
    monkeypatch.setenv(LANGUAGE, "de")
    yield
    attnkit.words._table.cache_clear()


def test_english_is_the_default():
    assert words("figure")["reset"] == "Reset"
    assert say("exercise.heading", number="1.7", title="Find the line") == (
        "Exercise 1.7: Find the line"
    )


@pytest.mark.usefixtures("german")
def test_a_translation_says_what_it_has_and_the_rest_stays_english():
    assert languages() == ["de", "en"]
    assert words("figure")["reset"] == "Zurück"
    assert words("figure")["let_go"] == "Let go"
    assert say("exercise.heading", number="1.7", title="Soft") == "Aufgabe 1.7: Soft"
    assert words("figure", "de-AT")["reset"] == "Zurück"
    assert words("figure", "fr")["reset"] == words("figure", "en")["reset"] == "Reset"


@pytest.mark.parametrize(
    ("entry", "given", "message"),
    [
        ("nothing.heading", {}, "section must be one of"),
        ("exercise.header", {}, "not 'header'"),
        ("exercise.heading", {"number": 3}, "no field 'title'"),
    ],
)
def test_what_the_table_lacks_is_named(entry, given, message):
    with pytest.raises(ValueError, match=message):
        say(entry, **given)


def test_every_translation_has_entries_and_fields_of_the_english_table():
    for language in languages():
        own = attnkit.words._table(language)
        assert set(own) <= set(SECTIONS)
        for section, entries in own.items():
            for name, text in entries.items():
                assert fields(text) == fields(words(section, "en")[name]), (language, name)


def test_every_entry_is_said_somewhere():
    sources = [*ROOT.glob("attnkit/**/*.py"), *ROOT.glob("attnkit/**/*.js")]
    code = "".join(path.read_text() for path in sources if "words" not in path.parts)
    for section in ("exercise", "chapter", "claim", "page", "paper"):
        said = set(re.findall(rf"say\(f?['\"]{section}\.(\w+)['\"]", code))
        assert said >= set(words(section)) - {"derive", "implement", "predict", "break", "explain"}
    said = set(re.findall(r"\bwords\.(\w+)|figure\.(\w+)['\"]\)", code))
    assert {name for pair in said for name in pair} >= set(words("figure"))
    said = set(re.findall(r"\bwords\.(\w+)|button\(\"(\w+)\"|slides\.(\w+)['\"]\)", code))
    assert {name for pair in said for name in pair} >= set(words("slides"))
