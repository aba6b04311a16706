"""Numbered claims in a Sphinx or Jupyter Book site, and the ledger of all of them.

In a chapter::

    ```{claim} one-hot-gap
    A gap of at least $1/(\\alpha - 1)$ makes the row one-hot.
    ```
    By {claim}`one-hot-gap` the rivals vanish.

On one page::

    ```{claims-ledger}
    ```

The build fails when a claim lacks its function, its chapter or its test.
"""

from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.nodes import make_refnode

import attnkit
from attnkit.claims.domain import ClaimDomain, claim_slot
from attnkit.words import say

logger = logging.getLogger(__name__)


class ClaimDirective(SphinxDirective):
    """State a claim here."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Leave a box whose heading and last line are filled when every page is read."""
        label = self.arguments[0]
        self.assert_has_content()
        box = nodes.container("", classes=["claim"], ids=[f"claim-{label}"])
        box += nodes.paragraph("", "", _slot("heading", label), classes=["claim-heading"])
        self.state.nested_parse(self.content, self.content_offset, box)
        box += nodes.paragraph("", "", _slot("links", label), classes=["claim-links"])
        return [box]


class ClaimRole(SphinxRole):
    """A link to a claim, by its number."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Leave a link that is filled when every page is read."""
        slot = _slot("reference", self.text)
        self.set_source_info(slot)
        return [slot], []


class LedgerDirective(SphinxDirective):
    """The table of all claims."""

    def run(self) -> list[nodes.Node]:
        """Leave a place for the table."""
        return [nodes.container("", _slot("ledger", ""), classes=["claims-ledger"])]


def _slot(part: str, label: str) -> claim_slot:
    return claim_slot("", "", part=part, label=label)


class Writer:
    """Fills the slots of one page."""

    def __init__(self, app: Sphinx, docname: str) -> None:
        self.env, self.builder, self.docname = app.env, app.builder, docname
        self.facts = app.env.get_domain("claim").facts

    def heading(self, label: str) -> Iterator[nodes.Node]:
        """Claim 3"""
        yield nodes.strong("", "", *self.reference(label))

    def reference(self, label: str) -> Iterator[nodes.Node]:
        """Claim 3, as a link to where it is stated."""
        fact = self.facts[label]
        text = nodes.inline("", say("claim.name", number=fact["number"]))
        anchor = f"claim-{label}"
        yield make_refnode(self.builder, self.docname, fact["page"], anchor, text)

    def links(self, label: str) -> Iterator[nodes.Node]:
        """Source, function, tests and numbers, on one line."""
        yield nodes.Text(f"{self.facts[label]['source']} · {say('claim.computed')} ")
        yield from self.function(label)
        yield nodes.Text(f" · {say('claim.checked')} ")
        yield from self.tests(label)
        yield nodes.Text(f" · {say('claim.measured')}: ")
        yield from self.measured(label)

    def function(self, label: str) -> Iterator[nodes.Node]:
        """The function's shortest name, linked to its API page where there is one."""
        fact = self.facts[label]
        shown, api = nodes.literal("", fact["function"]), fact["api"]
        if api is None:
            yield shown
        else:
            yield make_refnode(self.builder, self.docname, api.docname, api.node_id, shown)

    def tests(self, label: str) -> Iterator[nodes.Node]:
        """The tests that check the claim."""
        for place, test in enumerate(self.facts[label]["tests"]):
            yield nodes.Text(", " if place else "")
            yield nodes.literal("", test)

    def measured(self, label: str) -> Iterator[nodes.Node]:
        """What was measured, and the numbers."""
        fact = self.facts[label]
        numbers = (f"{what}: {_shown(number)}" for what, number in fact["measured"].items())
        yield nodes.emphasis("", fact["measures"])
        yield nodes.Text(": " + "; ".join(numbers))

    def ledger(self, _: str) -> Iterator[nodes.Node]:
        """The table: claim, source, function, test, measured on its page."""
        head = [[nodes.Text(t)] for t in ("Claim", "Source", "Function", "Test", "Measured")]
        rows = [
            [
                [*self.reference(label), nodes.Text(f": {label.replace('-', ' ')}")],
                [nodes.Text(fact["source"])],
                self.function(label),
                self.tests(label),
                self.measured(label),
            ]
            for label, fact in self.facts.items()
        ]
        group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in head), cols=len(head))
        group += nodes.thead("", _row(head))
        group += nodes.tbody("", *map(_row, rows))
        yield nodes.table("", group)


def _row(cells: list) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells))


def _shown(number: int | float) -> str:
    """Three digits, in plain figures up to a million, else with a power of ten."""
    if isinstance(number, int) or 1000 <= abs(number) < 1e6:
        return f"{number:,.0f}"
    digits, _, power = f"{number:.3g}".partition("e")
    raised = str(int(power or 0)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digits}·10{raised}" if power else digits


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fill the slots of a page; a reference to an unknown claim is a warning."""
    writer = Writer(app, docname)
    for slot in list(doctree.findall(claim_slot)):
        part, label = slot["part"], slot["label"]
        if part == "reference" and label not in writer.facts:
            logger.warning("no claim is called %r", label, location=slot)
            slot.replace_self(nodes.literal("", label))
        else:
            slot.replace_self(list(getattr(writer, part)(label)))


def add_style(app: Sphinx, config: Config) -> None:
    """Let Sphinx copy the style of the boxes into the site."""
    config.html_static_path = [*config.html_static_path, str(Path(__file__).parent / "assets")]


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.add_config_value("claims_tests", "tests", "env")
    app.add_domain(ClaimDomain)
    app.add_directive("claim", ClaimDirective)
    app.add_directive("claims-ledger", LedgerDirective)
    app.add_role("claim", ClaimRole())
    app.add_css_file("claims.css")
    app.connect("config-inited", add_style)
    app.connect("env-updated", lambda app, env: env.get_domain("claim").update())
    app.connect("doctree-resolved", fill)
    return {"version": attnkit.__version__, "parallel_read_safe": True, "parallel_write_safe": True}
