"""Cards of mechanisms: what each is, and the laws it keeps or breaks, tested and tabulated."""

from attnkit.cards.card import Card, read
from attnkit.cards.shelf import cards

__all__ = ["Card", "ScoreMap", "TokenMap", "cards", "check", "mechanisms", "read"]

_LATER = {
    "LAWS": "laws",
    "ScoreMap": "mechanism",
    "TokenMap": "mechanism",
    "check": "suite",
    "mechanisms": "declared",
}


def __getattr__(name: str) -> object:
    """Import the suite when it is first asked for: a card alone is read without it."""
    if name not in _LATER:
        raise AttributeError(f"module 'attnkit.cards' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"attnkit.cards.{_LATER[name]}"), name)
