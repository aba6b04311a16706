"""Cards of mechanisms: what each is, and the laws it keeps or breaks, tested and tabulated."""

from attnkit.cards.card import Card, read
from attnkit.cards.shelf import cards

__all__ = ["Card", "cards", "read"]
