"""The ledger: a card for each claim, with its sentence, its source, and the rest in a fold.

Cards stand room by room; where scripts run, a reader leaves one room's, or those with some words.
"""

import html
import importlib.resources
from collections.abc import Iterator

from docutils import nodes
from docutils.utils import new_document
from sphinx import addnodes
from sphinx.application import Sphinx

from attnkit.claims.writer import Writer
from attnkit.words import say, words

__all__ = ["cards"]


def cards(app: Sphinx, writer: Writer) -> list[nodes.Node]:
    """Return the cards of all claims in the order of the book, and what filters them."""
    rooms: dict[str, list[str]] = {}
    for label, fact in writer.facts.items():
        rooms.setdefault(fact["room"], []).append(label)
    listed = nodes.container("", classes=["claims-ledger"])
    for number, (room, labels) in enumerate(rooms.items()):
        mark = f"claim-room-{number}"
        if len(rooms) > 1:
            listed += nodes.rubric(room, room, classes=["claims-room", mark])
        listed += [_card(app, writer, label, mark) for label in labels]
    return [*(_filters(rooms) if len(rooms) > 1 else []), listed]


def _card(app: Sphinx, writer: Writer, label: str, room: str) -> nodes.Node:
    card = nodes.container("", classes=["claim-card", room], ids=[f"ledger-{label}"])
    heading = nodes.paragraph("", "", *writer.heading(label), classes=["claim-heading"])
    heading += nodes.inline("", f" {writer.facts[label]['source']}", classes=["claim-source"])
    card += [heading, *_statement(app, writer, label), *_fold(writer, label)]
    return card


def _statement(app: Sphinx, writer: Writer, label: str) -> list[nodes.Node]:
    """The claim as its chapter words it, its references resolved for this page."""
    doctree = app.env.get_doctree(writer.facts[label]["page"])
    (box,) = (b for b in doctree.findall(nodes.container) if f"claim-{label}" in b["ids"])
    page = new_document("", doctree.settings)
    page += [part.deepcopy() for part in box.children[1:-1]]
    for equation in page.findall(nodes.math_block):
        equation["label"] = equation["number"] = None
        equation["ids"] = []
    if next(page.findall(_is_formula), None):
        app.env.get_domain("math").data["has_equations"][writer.docname] = True
    for reference in page.findall(addnodes.pending_xref):
        reference["refdoc"] = writer.docname
    app.env.apply_post_transforms(page, writer.docname)
    return page.children


def _is_formula(node: nodes.Node) -> bool:
    """Whether MathJax must be on the page for this."""
    return isinstance(node, nodes.math | nodes.math_block)


def _fold(writer: Writer, label: str) -> Iterator[nodes.Node]:
    summary = html.escape(say("claim.fold"))
    yield nodes.raw("", f"<details><summary>{summary}</summary>", format="html")
    for name, parts in (
        ("measured", writer.measured(label)),
        ("computed", writer.function(label)),
        ("checked", writer.tests(label)),
    ):
        lead = nodes.emphasis("", words("claim")[name])
        yield nodes.paragraph("", "", lead, nodes.Text(" "), *parts, classes=["claim-links"])
    yield nodes.raw("", "</details>", format="html")


def _filters(rooms: dict[str, list[str]]) -> Iterator[nodes.Node]:
    """Buttons that leave one room's cards, and a field for words; they appear where scripts run."""
    buttons = _button(say("claim.all"), sum(map(len, rooms.values())), "", pressed=True)
    for number, (room, labels) in enumerate(rooms.items()):
        buttons += _button(room, len(labels), f"claim-room-{number}", pressed=False)
    find = html.escape(say("claim.find"))
    field = f'<input type="search" placeholder="{find}" aria-label="{find}">'
    none = f'<p class="claims-none" role="status" hidden>{html.escape(say("claim.none"))}</p>'
    group = f'role="group" aria-label="{html.escape(say("claim.filter"))}" hidden'
    script = importlib.resources.files("attnkit.claims") / "filter.js"
    yield nodes.raw(
        "",
        f'<div class="claims-filter" {group}>{buttons}{field}{none}</div>'
        f"<script>{script.read_text(encoding='utf-8')}</script>",
        format="html",
    )


def _button(text: str, count: int, room: str, *, pressed: bool) -> str:
    state = f'aria-pressed="{str(pressed).lower()}" data-room="{room}"'
    return f'<button type="button" {state}>{html.escape(text)} <small>{count}</small></button>'
