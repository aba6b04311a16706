"""The suite looks again at what has changed, and at nothing else."""

from dataclasses import replace

import pytest

from attnkit.cards import cards, kept
from attnkit.cards.suite import Report


@pytest.fixture
def looked(monkeypatch):
    """The names of the mechanisms that the suite is asked to look at."""
    names = []
    monkeypatch.setattr(kept, "check", lambda each: names.append(each.name) or Report())
    return names


@pytest.fixture
def card():
    return next(card for card in cards() if len(card.laws) > 1)


def found(path, card):
    reports = kept.KeptReports(path)
    seen = reports.reports(card)
    reports.save()
    return seen


def test_what_was_found_is_not_looked_for_again(tmp_path, card, looked):
    path = tmp_path / "laws"
    assert found(path, card) == found(path, card) == [Report()] * len(card.laws)
    assert looked == list(card.laws)


def test_another_declaration_is_looked_at_and_the_old_one_forgotten(tmp_path, card, looked):
    path = tmp_path / "laws"
    first, *others = card.laws
    signed = not card.laws[first]["signed"]
    other = replace(card, laws={**card.laws, first: {**card.laws[first], "signed": signed}})
    found(path, card)
    found(path, other)
    assert looked == [first, *others, first]
    found(path, card)
    assert looked[len(card.laws) :] == [first, first]


def test_a_function_that_changed_and_a_suite_that_changed_are_seen(card, monkeypatch):
    name = next(iter(card.laws))
    asked = []
    monkeypatch.setattr(
        kept, "fingerprint_of_code", lambda source, modules: asked.append((source, *modules)) or ""
    )
    kept.made_of(card, name)
    ((source, suite),) = asked
    table = card.laws[name]
    module, function = (table.get("weights") or table["reads"]).split(":")
    assert f"from {module} import {function}" in source
    assert suite == "attnkit.cards.suite"


def test_each_mechanism_is_known_by_its_own_code():
    every = [kept.made_of(card, name) for card in cards() for name in card.laws]
    assert len(every) == len(set(every)) > 60


def test_a_file_that_cannot_be_read_keeps_nothing(tmp_path, card, looked):
    path = tmp_path / "laws"
    path.write_bytes(b"broken off")
    found(path, card)
    assert looked == list(card.laws)
