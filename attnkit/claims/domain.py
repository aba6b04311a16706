"""What the book knows of its claims: where they stand, their numbers, their tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from attnkit.book.contents import pages_in_order
from attnkit.book.leave_out import left_out
from attnkit.claims.marked_tests import checked_by
from attnkit.claims.registry import claims
from attnkit.fingerprint import library_fingerprint

__all__ = ["ClaimDomain", "claim_slot"]


class claim_slot(nodes.inline):
    """A place to fill once every page is read: `part` of the claim with this `label`.

    Its `text` is the claim in its chapter's words, where the part is the heading.
    """


class ClaimDomain(Domain):
    """The claims of a book."""

    name = "claim"
    label = "Claims"
    data_version = 2
    initial_data: ClassVar = {"slots": {}, "facts": {}, "measured": {}}

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:
        """Note which claims a page states, refers to or lists."""
        found = document.findall(claim_slot)
        slots = [(slot["part"], slot["label"], slot.get("text", "")) for slot in found]
        if slots:
            self.data["slots"][docname] = slots

    def clear_doc(self, docname: str) -> None:
        """Forget a page."""
        self.data["slots"].pop(docname, None)

    def merge_domaindata(self, docnames: set[str], otherdata: dict[str, Any]) -> None:
        """Take over what a parallel reader noted."""
        for docname in docnames & set(otherdata["slots"]):
            self.data["slots"][docname] = otherdata["slots"][docname]

    def resolve_any_xref(self, *_: Any) -> list:
        """Claims are referred to by their own role only."""
        return []

    @property
    def facts(self) -> dict[str, dict[str, Any]]:
        """By label, in the order of the book: all that a page shows of a claim."""
        return self.data["facts"]

    def update(self) -> list[str]:
        """Check every link, measure, and return the pages to write again if anything changed."""
        tests = checked_by(Path(self.env.srcdir) / self.env.config.claims_tests)
        gone = left_out(self.env.config, self.env.srcdir).claims
        stated = self._stated()
        problems = list(_problems(stated, tests, gone))
        if problems:
            raise ExtensionError("claims ledger:\n  " + "\n  ".join(problems))
        before = self.data["facts"], self.data["measured"]
        self._measure([label for label, _ in stated])
        self.data["facts"] = {
            label: self._facts(label) | {"number": n, "tests": tests[label]} | place
            for n, (label, place) in enumerate(stated, start=1)
        }
        after = self.data["facts"], self.data["measured"]
        return [] if after == before else list(self.data["slots"])

    def _stated(self) -> list[tuple[str, dict[str, str]]]:
        """Each statement of a claim, in the order of the book: its page, its part, its words."""
        rooms = self._rooms()
        return [
            (label, {"page": page, "room": rooms.get(page, ""), "text": text})
            for page in pages_in_order(self.env)
            for part, label, text in self.data["slots"].get(page, [])
            if part == "heading"
        ]

    def _facts(self, label: str) -> dict[str, Any]:
        claim, documented = claims()[label], self.env.get_domain("py").objects
        return {
            "source": claim.source,
            "function": claim.computed_by[0],
            "api": next((documented[n] for n in claim.computed_by if n in documented), None),
            "measures": claim.measures,
            "measured": self.data["measured"]["numbers"][label],
        }

    def _measure(self, labels: list[str]) -> None:
        """Measure once, and again only when the library or a recorded result has changed."""
        now = (library_fingerprint(), *sorted(labels))
        if self.data["measured"].get("fingerprint") != now:
            numbers = {label: claims()[label]() for label in labels}
            self.data["measured"] = {"fingerprint": now, "numbers": numbers}

    def _rooms(self) -> dict[str, str]:
        """Each page's part of the book, by its caption in the contents."""
        trees = self.env.tocs[self.env.config.root_doc].findall(addnodes.toctree)
        return {page: tree.get("caption") or "" for tree in trees for _, page in tree["entries"]}


def _problems(
    stated: list[tuple[str, dict[str, str]]], tests: dict[str, list[str]], gone: frozenset[str]
) -> Iterator[str]:
    known = claims()
    pages: dict[str, str] = {}
    for label, place in stated:
        page = place["page"]
        if label in pages:
            yield f"{page} states {label!r}, which {pages[label]} states already"
        elif label not in known:
            yield f"{page} states {label!r}, which no room declares"
        pages[label] = page
    for label in known:
        if label not in pages and label not in gone:
            yield f"{label!r} is declared, but no chapter states it"
        if label not in tests:
            yield f"{label!r} is declared, but no test is marked pytest.mark.claim({label!r})"
    for label in sorted(set(tests) - set(known)):
        yield f"{tests[label][0]} checks {label!r}, which no room declares"
