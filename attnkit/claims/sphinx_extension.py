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

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

import attnkit
from attnkit.book.leave_out import left_out
from attnkit.claims.domain import ClaimDomain, claim_slot
from attnkit.claims.ledger import cards
from attnkit.claims.writer import Writer
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
        heading = _slot("heading", label)
        heading["text"] = "\n".join(self.content)
        box += nodes.paragraph("", "", heading, classes=["claim-heading"])
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
    """The list of all claims."""

    def run(self) -> list[nodes.Node]:
        """Leave a place for the list."""
        return [claim_slot("", "", part="ledger", label="")]


def _slot(part: str, label: str) -> claim_slot:
    return claim_slot("", "", part=part, label=label)


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fill the slots of a page; a reference to an unknown claim is a warning."""
    writer = Writer(app, docname)
    gone = left_out(app.config, app.srcdir).claims
    for slot in list(doctree.findall(claim_slot)):
        part, label = slot["part"], slot["label"]
        if part == "ledger":
            slot.replace_self(cards(app, writer))
        elif part == "reference" and label in gone:
            slot.replace_self(nodes.inline("", say("page.left_out")))
        elif part == "reference" and label not in writer.facts:
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
