"""A card's tables of laws become mechanisms, or say what they lack and where."""

from dataclasses import replace

import pytest

from attnkit.cards import cards, mechanisms


@pytest.fixture(scope="module")
def whole():
    return next(card for card in cards() if card.name == "linear")


def changed(card, **entries):
    table = card.laws["linear attention"] | entries
    laws = {"toy": {key: value for key, value in table.items() if value is not None}}
    return replace(card, laws=laws)


def test_a_table_becomes_a_mechanism(whole):
    plain, fading, averaging = mechanisms(whole)
    assert plain.name == "linear attention"
    assert fading.gates == {"log_decay": [-1.0, 0.0]}
    assert averaging.positive


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"signed": None}, "signed is missing; wanted one of true, false"),
        ({"signed": "maybe"}, "signed must be one of true, false, got 'maybe'"),
        ({"cost": "n log n"}, r"cost must be one of n, n\^2, got 'n log n'"),
        ({"colour": "red"}, "colour is unknown; wanted"),
        ({"invariant_to_score_shift": True}, "invariant_to_score_shift speaks of scores"),
        ({"reads": None}, "must name its function as one of .*got \\[\\]"),
        ({"weights": "a:b"}, "must name its function as one of .*got \\['weights', 'reads'\\]"),
        ({"reads": "attnkit.memory:oblivion"}, "reads must be a function such as .*oblivion"),
        ({"reads": "attnkit.nowhere:f"}, "reads must be a function such as .*nowhere"),
        ({"gates": {"log_decay": -1.0}}, "gates must be a table from each gate .*got"),
        ({"gates": {"log_decay": [0.0]}}, "gates must be a table from each gate .*got"),
        ({"positive": 1}, "positive must be true or false, got 1"),
        ({"settings": 1.5}, "settings must be a table, got 1.5"),
        ({"forms": {"loop": "attnkit:f"}}, "forms.loop must be a function such as"),
    ],
)
def test_a_broken_table_says_what_is_wrong_and_where(whole, entries, message):
    with pytest.raises(ValueError, match=rf"memory/linear/card\.toml: laws\.toy.*{message}"):
        mechanisms(changed(whole, **entries))
