"""How long a chapter takes, counted from the chapter, and which sections may wait.

Under a title::

    ```{reading-time}
    :skip: Closed forms for every α; One rule for all its averages
    ```

Prose counts at 150 words a minute, with a minute for a displayed formula and two for a moving
figure. Exercises have minutes of their own, which their tasks declare. The build warns of a
section to skip that the page does not have.
"""

import re
from collections.abc import Iterator
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from attnkit.coursework.catalogue import find_task
from attnkit.explore.links import MARK
from attnkit.words import say

__all__ = ["connect", "minutes"]

logger = logging.getLogger(__name__)

WORDS_A_MINUTE, A_FORMULA, A_FIGURE = 150, 1.0, 2.0
APART = ("Exercises", "What to read next")


class reading_slot(nodes.paragraph):
    """A place to fill once the page is read; `skip` holds titles of its sections."""


class ReadingTimeDirective(SphinxDirective):
    """Say here how long the page takes."""

    option_spec: ClassVar = {"skip": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Leave a slot."""
        titles = [title.strip() for title in self.options.get("skip", "").split(";")]
        slot = reading_slot(skip=[title for title in titles if title], classes=["reading-time"])
        self.set_source_info(slot)
        return [slot]


def minutes(node: nodes.Node) -> float:
    """Return the minutes that reading a part of a page takes, its exercises and lists aside."""
    if isinstance(node, nodes.section) and _title(node) in APART:
        return 0.0
    if isinstance(node, nodes.literal_block | nodes.comment):
        return 0.0
    if isinstance(node, nodes.math_block):
        return A_FORMULA
    if isinstance(node, nodes.raw):
        return A_FIGURE * len(MARK.findall(node.astext()))
    if isinstance(node, nodes.math):
        return 1 / WORDS_A_MINUTE
    if isinstance(node, nodes.Text):
        return len(re.findall(r"\w[\w'’-]*", node)) / WORDS_A_MINUTE
    return sum(map(minutes, node.children))


def fill(app: Sphinx, doctree: nodes.document) -> None:
    """Fill the slots of a page that has just been read."""
    for slot in list(doctree.findall(reading_slot)):
        sections = {_title(section): section for section in doctree.findall(nodes.section)}
        for title in set(slot["skip"]) - set(sections):
            there = ", ".join(sections)
            logger.warning("no section is called %r; there are %s", title, there, location=slot)
        skipped = [sections[title] for title in slot["skip"] if title in sections]
        text = nodes.paragraph(classes=["reading-time"])
        text += _sentences(doctree, skipped)
        slot.replace_self(text)


def _sentences(doctree: nodes.document, skipped: list[nodes.section]) -> Iterator[nodes.Node]:
    whole = minutes(doctree)
    yield nodes.Text(say("chapter.reading", minutes=round(whole)))
    if skipped:
        first = whole - sum(map(minutes, skipped))
        yield nodes.Text(" " + say("chapter.skip", minutes=round(first)) + " ")
        for place, section in enumerate(skipped):
            yield nodes.Text("; " if place else "")
            title = nodes.emphasis("", _title(section))
            yield nodes.reference("", "", title, internal=True, refid=section["ids"][0])
        yield nodes.Text("" if _title(skipped[-1]).endswith("?") else ".")
    tasks = [find_task(i.removeprefix("task-")).minutes for i in _task_labels(doctree)]
    if tasks:
        yield nodes.Text(" " + exercises_told(tasks))


def exercises_told(minutes_of_each: list[int]) -> str:
    """Say how many exercises there are and how long they take."""
    if len(minutes_of_each) == 1:
        return say("chapter.one_exercise", minutes=minutes_of_each[0])
    return say("chapter.exercises", count=len(minutes_of_each), minutes=sum(minutes_of_each))


def _task_labels(doctree: nodes.document) -> Iterator[str]:
    for box in doctree.findall(nodes.container):
        if "task" in box["classes"]:
            yield from box["ids"]


def _title(section: nodes.section) -> str:
    return section.next_node(nodes.title).astext()


def connect(app: Sphinx) -> None:
    """Count a page when it has been read."""
    app.add_directive("reading-time", ReadingTimeDirective)
    app.add_node(reading_slot)
    app.connect("doctree-read", fill)
