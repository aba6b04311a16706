"""Words as numbers, so that a figure may compute what stands at the ticks of an axis."""

from collections.abc import Sequence
from typing import Annotated

import numpy as np

from attnkit.arguments import Range, checked

__all__ = ["lettered", "spelt"]


@checked
def lettered(
    words: Sequence[str],
    most: Annotated[int, Range(1, 10_000)],
    longest: Annotated[int, Range(2, 100)] = 10,
) -> np.ndarray:
    """Return up to `most` words as the code points of their letters, one row a word.

    Parameters
    ----------
    words : sequence of str
        In the order of their places.
    most : int
        Rows of the result: the array keeps its shape however many words there are.
    longest : int
        Its columns; of a longer word an ellipsis stands for the rest.

    Returns
    -------
    ndarray
        (most, longest); NaN where there is no letter.

    Raises
    ------
    TypeError, ValueError
        If these are no words, or more than `most`.

    Notes
    -----
    Defined here. `Axis(ticks="words")` writes them at 1, 2, …
    """
    if len(words) > most:
        raise ValueError(f"words must be at most {most}, got {len(words)}")
    letters = np.full((most, longest), np.nan)
    for row, word in zip(letters, words, strict=False):
        shown = word if len(word) <= longest else word[: longest - 1] + "…"
        row[: len(shown)] = [*map(ord, shown)]
    return letters


def spelt(letters: np.ndarray) -> dict[float, str]:
    """The words by their places 1, 2, …, as an axis takes its ticks; rows without letters none."""
    words = ("".join(chr(round(x)) for x in row[~np.isnan(row)]) for row in letters)
    return {float(place): word for place, word in enumerate(words, 1) if word}
