"""Links that set the sliders of a figure on another page, as a teacher's plan of an hour does."""

import re
from functools import partial

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

__all__ = ["MARK", "point_to_figures"]

MARK = re.compile(r"<!--attnkit:([\w-]+)-->")
LINK = re.compile(r'(?<=<a class="attnkit-set" href=")#([\w-]+)')


def point_to_figures(app: Sphinx, pagename: str, body: str) -> str:
    """Let each link to a figure that this page does not show lead to the page that does."""
    if not set(LINK.findall(body)) - set(MARK.findall(body)):
        return body
    if not hasattr(app, "attnkit_pages"):
        app.attnkit_pages = _pages(app)
    return LINK.sub(partial(_pointed, app, pagename, MARK.findall(body)), body)


def _pages(app: Sphinx) -> dict[str, str]:
    """Each figure's page; the first by name where several show it."""
    found: dict[str, str] = {}
    for page in sorted(app.env.found_docs):
        for raw in app.env.get_doctree(page).findall(nodes.raw):
            for name in MARK.findall(raw.astext()):
                found.setdefault(name, page)
    return found


def _pointed(app: Sphinx, pagename: str, here: list[str], link: re.Match) -> str:
    name = link[1]
    if name in here:
        return link[0]
    if name not in app.attnkit_pages:
        raise ExtensionError(f"{pagename} sets the figure {name!r}, which no page shows")
    return f"{app.builder.get_relative_uri(pagename, app.attnkit_pages[name])}#{name}"
