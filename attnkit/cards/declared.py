"""The mechanisms of a card: its functions, imported when they are asked for."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from attnkit.cards.card import Card
from attnkit.cards.laws import LAWS
from attnkit.cards.mechanism import Mechanism, ScoreMap, TokenMap

__all__ = ["mechanisms"]

KINDS = {"weights": ScoreMap, "reads": TokenMap}
OPTIONS = {"weights": ("settings",), "reads": ("settings", "gates", "positive")}
TABLE = ("a table", lambda value: isinstance(value, dict))
RULES = {
    "settings": TABLE,
    "forms": TABLE,
    "positive": ("true or false", lambda value: isinstance(value, bool)),
    "gates": (
        "a table from each gate to its lowest and highest number",
        lambda value: isinstance(value, dict) and all(map(_two_numbers, value.values())),
    ),
}


def mechanisms(card: Card) -> list[Mechanism]:
    """One for each table of laws on the card.

    Raises
    ------
    ValueError
        If a table names no function, or one that cannot be imported, or does not declare each law
        that speaks of it by a value that the law knows.
    """
    return [_mechanism(card, name, table) for name, table in card.laws.items()]


def _mechanism(card: Card, name: str, table: Mapping[str, Any]) -> Mechanism:
    where = f"{'/'.join(card.path.parts[-4:])}: laws.{name}"
    kinds = [kind for kind in KINDS if kind in table]
    if len(kinds) != 1:
        raise ValueError(f"{where} must name its function as one of {[*KINDS]}, got {kinds}")
    (kind,) = kinds
    for key in table.keys() - {kind, *OPTIONS[kind], *LAWS}:
        raise ValueError(f"{where}.{key} is unknown; wanted {[*OPTIONS[kind], *LAWS]}")
    for key, (wanted, fits) in RULES.items():
        if key in table and not fits(table[key]):
            raise ValueError(f"{where}.{key} must be {wanted}, got {table[key]!r}")
    written = table.get("forms", {})
    forms = {form: _imported(path, f"{where}.forms.{form}") for form, path in written.items()}
    laws = {law: table[law] for law in LAWS if law in table}
    options = {option: table[option] for option in OPTIONS[kind] if option in table}
    function = _imported(table[kind], f"{where}.{kind}")
    mechanism = KINDS[kind](name, function, laws, forms=forms, **options)
    for law, rule in LAWS.items():
        if rule.speaks_of(mechanism) and law not in laws and not rule.optional:
            raise ValueError(f"{where}.{law} is missing; wanted {rule.wanted}")
        if law in laws and not rule.speaks_of(mechanism):
            raise ValueError(f"{where}.{law} speaks of scores, and {kind!r} has none")
        if law in laws and not rule.accepts(laws[law]):
            raise ValueError(f"{where}.{law} must be {rule.wanted}, got {laws[law]!r}")
    return mechanism


def _two_numbers(ends: object) -> bool:
    return isinstance(ends, list) and [type(end) for end in ends] in ([float, float], [int, int])


def _imported(path: object, where: str) -> Callable:
    module, _, name = str(path).partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        wanted = "a function such as 'attnkit.densities:softmax'"
        raise ValueError(f"{where} must be {wanted}, got {path!r}: {error}") from None
