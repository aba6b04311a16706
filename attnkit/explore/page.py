"""An explorable as HTML that needs no kernel, no server and no network."""

import html
import json
from collections.abc import Mapping

from attnkit.explore.explorable import Explorable
from attnkit.explore.grid import Stored, pack
from attnkit.explore.spec import figure_spec
from attnkit.words import say

__all__ = ["BUDGET", "OverBudgetError", "page_html", "placeholder"]

BUDGET = 400_000
"""Compressed bytes that one explorable may bring to a page."""


class OverBudgetError(ValueError):
    """The stored arrays of an explorable are too heavy for a page."""


def placeholder(name: str) -> str:
    """The mark that a chapter or a notebook leaves; the site's build puts the figure there."""
    return f"<!--attnkit:{name}-->"


def page_html(
    explorable: Explorable, stored: Mapping[str, Stored], still: str, *, get_it: str = ""
) -> tuple[str, int]:
    """The figure as a self-contained block of HTML, and the compressed size of its numbers.

    Parameters
    ----------
    explorable : Explorable
        The figure.
    stored : mapping
        Its sampled arrays.
    still : str
        Address of the picture shown where scripts are off.
    get_it : str
        Address of the page that says how to install, shown beside copied code.

    Raises
    ------
    OverBudgetError
        If the numbers weigh more than `BUDGET`.
    """
    entries, data, size = pack(stored)
    if size > BUDGET:
        weights = {entry["name"]: entry["bytes"] * entry["count"] // 1000 for entry in entries}
        raise OverBudgetError(
            f"{explorable.name}: {size / 1000:.0f} kB compressed, the budget is "
            f"{BUDGET / 1000:.0f} kB; before compression, in kB: {weights}"
        )
    spec = figure_spec(explorable) | {"arrays": entries, "data": data, "get_it": get_it}
    # "</" would end the script element early.
    body = json.dumps(spec, ensure_ascii=False).replace("</", "<\\/")
    name, alt, caption = (
        html.escape(text) for text in (explorable.name, explorable.alt, explorable.caption)
    )
    block = (
        f'<div class="attnkit-explorable" data-name="{name}" id="{name}">'
        f'<figure class="attnkit-still"><img src="{html.escape(still)}" alt="{alt}" />'
        f"<figcaption>{caption} <em>{say('figure.still')}</em></figcaption></figure>"
        f'<script type="application/json">{body}</script></div>'
    )
    return block, size
