"""How much room a block takes on a slide, in lines of text, guessed from its letters."""

import math
import re

from bs4 import Tag

__all__ = ["LETTERS", "LINES", "lines"]

LETTERS = 90
"""Letters in a line of a slide."""
LINES = 13
"""Lines on a slide; the browser makes a slide smaller whose guess was too low."""

_TEXT = {"p", "li", "dt", "dd", "summary", "td", "th", "h2", "h3", "h4", "caption"}
_INLINE = {"a", "em", "strong", "code", "span", "cite", "sup", "sub", "br", "i", "b", "small"}


def lines(tag: Tag) -> float:
    """Return the lines that a block takes."""
    kinds = set(tag.get("class", ()))
    if "math" in kinds and tag.name == "div":
        return _formula(tag.get_text())
    if tag.name in ("img", "svg"):
        return LINES
    if tag.name == "pre":
        return 1 + 0.8 * tag.get_text().rstrip().count("\n")
    if tag.name == "table":
        return sum(map(_row, tag.find_all("tr")))
    blocks = [child for child in tag.find_all(True, recursive=False) if child.name not in _INLINE]
    if blocks and tag.name != "p":
        return sum(map(lines, blocks)) + (1 if kinds & {"claim", "task", "admonition"} else 0)
    return 0.5 + math.ceil(_letters(tag) / LETTERS)


def _letters(tag: Tag) -> int:
    """Letters as they are set: a command of TeX is one."""
    return len(re.sub(r"\\[a-zA-Z]+|[{}^_]", "x", " ".join(tag.get_text().split())))


def _formula(tex: str) -> float:
    rows = [row for row in re.split(r"\\\\", tex) if row.strip()]
    tall = ("\\frac", "\\sum", "\\int", "\\prod", "\\begin{pmatrix}", "\\binom")
    return 0.6 + sum(2.1 if any(part in row for part in tall) else 1.4 for row in rows)


def _row(row: Tag) -> float:
    letters = sum(2 + _letters(cell) for cell in row.find_all(["td", "th"]))
    return 0.4 + 0.85 * max(1, math.ceil(letters / (1.1 * LETTERS)))
