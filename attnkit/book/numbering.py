"""Chapters are numbered part by part: the second chapter of the third part is 3.2.

Only chapters bear a number: `attnkit_chapters` lists patterns of their names, and a part without
any is not counted. Headings, contents and lists of pages show it; sections in a chapter have none.
"""

from fnmatch import fnmatch

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

__all__ = ["connect", "numbers"]


def numbers(env: BuildEnvironment, patterns: list[str]) -> dict[str, tuple[int, int]]:
    """Return (part, chapter) for each chapter, in the order of the book."""
    parts = [
        [page for _, page in tree["entries"] if page in env.titles and is_chapter(page, patterns)]
        for tree in env.tocs[env.config.root_doc].findall(addnodes.toctree)
    ]
    return {
        page: (part, chapter)
        for part, pages in enumerate(filter(None, parts), start=1)
        for chapter, page in enumerate(pages, start=1)
    }


def is_chapter(page: str, patterns: list[str]) -> bool:
    """Whether one of the patterns fits the name of a page."""
    return any(fnmatch(page, pattern) for pattern in patterns)


def number(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Number the chapters; after any change every page is written again, for its contents."""
    found = numbers(env, app.config.attnkit_chapters)
    for page in env.found_docs & set(env.tocs):
        _set(env, page, found.get(page))
    before, env.attnkit_numbers = getattr(env, "attnkit_numbers", None), found
    return [] if found == before else sorted(env.found_docs)


def _set(env: BuildEnvironment, page: str, place: tuple[int, int] | None) -> None:
    """Number a page's heading, and none of its sections."""
    headings = [r for r in env.tocs[page].findall(nodes.reference) if r["refuri"] == page]
    for heading in headings:
        heading["secnumber"] = None if heading["anchorname"] else place
    if place:
        env.titles[page]["secnumber"] = place
        env.toc_secnumbers[page] = {heading["anchorname"]: () for heading in headings} | {"": place}


def connect(app: Sphinx) -> None:
    """Number after Sphinx has."""
    app.add_config_value("attnkit_chapters", [], "env")
    app.connect("env-get-updated", number, priority=900)
