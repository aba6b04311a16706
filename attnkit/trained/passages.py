"""Thirty short texts of our own, from a few words to four hundred: what the encoder is shown."""

from functools import cache
from pathlib import Path

__all__ = ["passages"]

_PLACE = Path(__file__).with_name("passages.txt")
_BETWEEN = "\n* * *\n"


@cache
def passages() -> tuple[str, ...]:
    """Return thirty passages, from short to long: stories, lists, dialogue, recipes, explanations.

    They were written for this library and are given away with its text (CC BY 4.0).

    Returns
    -------
    tuple of str
        The same at every call.
    """
    return tuple(_PLACE.read_text(encoding="utf-8").strip().split(_BETWEEN))
