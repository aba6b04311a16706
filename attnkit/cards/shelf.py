"""Every card of the house, found by the shape of the house."""

from pathlib import Path

import attnkit
from attnkit.cards.card import Card, read

__all__ = ["cards"]


def cards() -> list[Card]:
    """Every `attnkit/<room>/<mechanism>/card.toml`, by room, then by its order there.

    Raises
    ------
    ValueError
        If a card cannot be read, as in `read`.
    """
    found = {path for root in attnkit.__path__ for path in Path(root).glob("*/*/card.toml")}
    return sorted(map(read, found), key=lambda card: (card.room, card.order, card.name))
