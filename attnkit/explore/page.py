"""An explorable as HTML that needs no kernel, no server and no network."""

import html
import json
from collections.abc import Mapping

from attnkit.explore.explorable import Explorable
from attnkit.explore.figure import ghost_style, heading_html, layer_spec, layout
from attnkit.explore.grid import Stored, pack
from attnkit.words import say, words

__all__ = ["BUDGET", "OverBudgetError", "page_html", "page_spec", "placeholder"]

BUDGET = 400_000
"""Compressed bytes that one explorable may bring to a page."""


class OverBudgetError(ValueError):
    """The stored arrays of an explorable are too heavy for a page."""


def placeholder(name: str) -> str:
    """The mark that a chapter or a notebook leaves; the site's build puts the figure there."""
    return f"<!--attnkit:{name}-->"


def page_spec(explorable: Explorable) -> dict:
    """Everything the page's script needs but the numbers."""
    return {
        "name": explorable.name,
        "title": explorable.title,
        "caption": explorable.caption,
        "alt": explorable.alt,
        "note": explorable.page_note,
        "words": words("figure"),
        "controls": [_control_spec(control) for control in explorable.controls],
        "readouts": [vars(readout) for readout in explorable.readouts],
        "panels": [
            {
                "heading": heading_html(panel),
                "layout": layout(panel),
                "layers": [
                    layer_spec(layer) | {"ghost": ghost_style(layer) if layer.can_be_held else {}}
                    for layer in panel.layers()
                ],
            }
            for panel in explorable.panels
        ],
    }


def _control_spec(control) -> dict:
    kept = ("name", "label", "meaning", "default", "kind", "low", "high", "step")
    spec = {key: getattr(control, key) for key in kept if hasattr(control, key)}
    return spec | {"grid": control.stored}


def page_html(explorable: Explorable, stored: Mapping[str, Stored], still: str) -> tuple[str, int]:
    """The figure as a self-contained block of HTML, and the compressed size of its numbers.

    Parameters
    ----------
    explorable, stored
        The figure and its sampled arrays.
    still : str
        Address of the picture shown where scripts are off.

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
    spec = page_spec(explorable) | {"arrays": entries, "data": data}
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
