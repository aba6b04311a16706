"""The matrix of laws on a page of the book, found by the suite when the book is built.

On one page::

    ```{laws-matrix}
    ```

The build fails where a mechanism is not as its card declares.
"""

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

import attnkit
from attnkit.cards.card import Card
from attnkit.cards.kept import KeptReports
from attnkit.cards.matrix import matrix_html
from attnkit.cards.shelf import cards
from attnkit.cards.suite import Report
from attnkit.fingerprint import library_fingerprint
from attnkit.rooms import rooms

__all__ = ["setup"]


class MatrixDirective(SphinxDirective):
    """The matrix of laws."""

    def run(self) -> list[nodes.Node]:
        """Check every card, and write the table."""
        found = _found(KeptReports(_kept(self.env.app)))
        reports = [report for part, _ in found.values() for report in part]
        broken = [str(f) for report in reports for f in report if not f.as_declared]
        if broken:
            raise ExtensionError("matrix of laws:\n  " + "\n  ".join(broken))
        seen = {"page": self.env.docname, "fingerprint": library_fingerprint()}
        self.env.attnkit_laws = seen
        return [nodes.raw("", matrix_html(found), format="html")]


def _kept(app: Sphinx) -> Path:
    """Where the build keeps what the suite found, beside the site."""
    return Path(app.outdir).parent / ".attnkit" / "laws.pickle"


def _found(kept: KeptReports) -> dict[str, tuple[list[Report], list[Card]]]:
    """What the suite finds, and the cards without laws, by the question of each room."""
    found = {}
    for room in rooms().values():
        here = [card for card in cards() if card.room == room.name]
        reports = [report for card in here for report in kept.reports(card)]
        found[room.question] = (reports, [card for card in here if card.without_laws])
    kept.save()
    return {question: part for question, part in found.items() if any(part)}


def outdated(app: Sphinx, env: BuildEnvironment, *_: object) -> list[str]:
    """The page of the matrix, when the library has changed since it was written."""
    seen = getattr(env, "attnkit_laws", None)
    changed = seen and seen["fingerprint"] != library_fingerprint()
    return [seen["page"]] if changed and seen["page"] in env.found_docs else []


def add_style(app: Sphinx, config: Config) -> None:
    """Let Sphinx copy the style of the matrix into the site."""
    config.html_static_path = [*config.html_static_path, str(Path(__file__).parent / "assets")]


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.add_directive("laws-matrix", MatrixDirective)
    app.add_css_file("cards.css")
    app.connect("config-inited", add_style)
    app.connect("env-get-outdated", outdated)
    return {
        "version": attnkit.__version__,
        "parallel_read_safe": False,
        "parallel_write_safe": True,
    }
