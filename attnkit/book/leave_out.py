"""Leave chapters out: `attnkit_leave_out` in `_config.yml` lists pages, or patterns of them.

With a chapter goes its teaching page; its claims, exercises and figures are not asked for
elsewhere; a link to any of it becomes its words, so that what remains builds without a warning.
"""

import re
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config

from attnkit.book.teaching import teaching_page
from attnkit.words import say

__all__ = ["LeftOut", "connect", "left_out"]


@dataclass(frozen=True)
class LeftOut:
    """What is not in the site: pages, and the names that only they define."""

    pages: frozenset[str] = frozenset()
    claims: frozenset[str] = frozenset()
    tasks: frozenset[str] = frozenset()
    figures: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()


_DEFINES = {
    "claims": re.compile(r"^`{3,}\{claim\} *(\S+)", re.M),
    "tasks": re.compile(r"^`{3,}\{task\} *(\S+)", re.M),
    "figures": re.compile(r"^`{3,}\{explorable\} *(\S+)|gallery\(\)\[\\?[\"']([\w-]+)", re.M),
    "labels": re.compile(r"^\((\S+)\)=|^\$\$ *\((\S+)\)|^:(?:label|name): *(\S+)", re.M),
}


def left_out(config: Config, source: str | Path) -> LeftOut:
    """Return what this site's configuration leaves out."""
    return _left_out(tuple(getattr(config, "attnkit_leave_out", ())), Path(source))


@cache
def _left_out(patterns: tuple[str, ...], source: Path) -> LeftOut:
    if not patterns:
        return LeftOut()
    texts = {
        path.relative_to(source).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for folder in ("book", "notebooks")
        for path in (source / folder).rglob("*")
        if path.suffix in (".md", ".ipynb") and "_build" not in path.parts
    }
    pages = {page for page in texts if any(fnmatch(page, p) for p in patterns)}
    pages |= {teaching for page in pages if (teaching := teaching_page(page)) in texts}
    gone = _defined([texts[page] for page in pages])
    kept = _defined([text for page, text in texts.items() if page not in pages])
    names = {kind: frozenset(gone[kind] - kept[kind]) for kind in _DEFINES}
    labels = names["labels"] | {f"task-{task}" for task in names["tasks"]}
    return LeftOut(pages=frozenset(pages), **names | {"labels": labels})


def _defined(texts: list[str]) -> dict[str, set[str]]:
    return {
        kind: {
            name for text in texts for match in pattern.finditer(text) for name in match.groups()
        }
        - {None}
        for kind, pattern in _DEFINES.items()
    }


def exclude(app: Sphinx, config: Config) -> None:
    """Let Sphinx pass over the pages."""
    pages = left_out(config, app.srcdir).pages
    suffixes = (".md", ".ipynb")
    gone = [page + suffix for page in sorted(pages) for suffix in suffixes]
    config.exclude_patterns = [*config.exclude_patterns, *gone]


def unlink(app: Sphinx, document: nodes.document) -> None:
    """Turn links to what is left out into their words."""
    gone = left_out(app.config, app.srcdir)
    if not gone.pages:
        return
    here = app.env.docname
    for node in list(document.findall(_is_link)):
        if _leads_to(app, here, node, gone):
            node.replace_self(_words(node))
    for node in list(document.findall(nodes.raw)):
        link = re.fullmatch(r'<a class="attnkit-set" href="#([\w-]+)\?.*?>(.*)</a>', node.astext())
        if link and link[1] in gone.figures:
            node.replace_self(nodes.inline("", link[2]))


def _is_link(node: nodes.Node) -> bool:
    return isinstance(node, addnodes.pending_xref | addnodes.download_reference)


def _leads_to(app: Sphinx, here: str, node: nodes.Element, gone: LeftOut) -> bool:
    target = str(node.get("reftarget", "")).partition("#")[0]
    page = re.sub(r"\.(md|ipynb)$", "", target).lstrip("/")
    relative, _ = app.env.relfn2path(page or "-", here)
    return target in gone.labels or not gone.pages.isdisjoint((page, relative))


def _words(node: nodes.Element) -> list[nodes.Node]:
    """What a link says; where it would have said a number or a title, that it is left out."""
    if node.get("refexplicit") and node.astext():
        return node.children
    return [nodes.inline("", say("page.left_out"))]


def connect(app: Sphinx) -> None:
    """Before pages are found, and after each is read."""
    app.add_config_value("attnkit_leave_out", [], "env")
    app.connect("config-inited", exclude, priority=100)
    app.connect("doctree-read", unlink, priority=100)
