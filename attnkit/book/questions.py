"""The rooms as questions, each leading to its first chapter: a list that grows with the house.

On the first page::

    ```{questions}
    ```
"""

from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from attnkit.book.contents import pages_in_order
from attnkit.rooms import rooms
from attnkit.words import say

__all__ = ["connect"]


class questions_slot(nodes.General, nodes.Element):
    """A place to fill once every page is read."""


class QuestionsDirective(SphinxDirective):
    """The list of all rooms that have a chapter in this site."""

    def run(self) -> list[nodes.Node]:
        """Leave a place for the list."""
        return [questions_slot()]


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the list where it was asked for."""
    for slot in list(doctree.findall(questions_slot)):
        items = list(_items(app, docname))
        slot.replace_self(nodes.bullet_list("", *items, classes=["attnkit-questions"]))


def _items(app: Sphinx, docname: str) -> Iterator[nodes.list_item]:
    for name, room in rooms().items():
        pages = _chapters(app.env, name)
        if pages:
            lead = nodes.strong("", room.question)
            link = make_refnode(app.builder, docname, pages[0], "", lead)
            count = nodes.inline("", _count(len(pages)), classes=["attnkit-count"])
            yield nodes.list_item(
                "", nodes.paragraph("", "", link, nodes.Text(f" {room.about} "), count)
            )


def _count(chapters: int) -> str:
    many = say("chapter.chapters", count=chapters)
    return many if chapters > 1 else say("chapter.chapter")


def _chapters(env: BuildEnvironment, room: str) -> list[str]:
    """The pages of a room, in the order of the contents, those for teachers aside."""
    pages = [page for page in pages_in_order(env) if page.startswith(f"book/{room}/")]
    return [page for page in pages if page.rpartition("/")[2] != "teach"]


def rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the first page again on every build: any page may have come or gone."""
    return [env.config.root_doc]


def connect(app: Sphinx) -> None:
    """A directive, and what fills its place."""
    app.add_node(questions_slot)
    app.add_directive("questions", QuestionsDirective)
    app.connect("env-updated", rewrite)
    app.connect("doctree-resolved", fill)
