"""The built site as plain articles, in the order of the book: slides and paper are made of them.

What is made of the finished pages has their numbers, links and claims without asking anew.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup, Tag

__all__ = ["BuiltSite", "Page", "Part", "SiteError"]

_ARTICLE = "article.bd-article, div.body[role=main]"
_SCREEN_ONLY = "a.headerlink, button, nav, .claims-filter, .laws-filter, .toctree-wrapper"


class SiteError(ValueError):
    """The site is not there, or lacks what is asked of it."""


@dataclass(frozen=True)
class Part:
    """A part of the book: its caption and the names of its pages."""

    caption: str
    pages: tuple[str, ...]


@dataclass(frozen=True)
class BuiltSite:
    """The folder of a built site, with its contents beside it.

    Raises
    ------
    SiteError
        If no site was built there.
    """

    folder: Path

    def __post_init__(self):
        if not self._contents.exists():
            raise SiteError(f"no built book in {self.folder}: run `make book` first")

    @property
    def _contents(self) -> Path:
        return self.folder.parent / "contents.yml"

    @cached_property
    def parts(self) -> list[Part]:
        """The parts of the book; the first page stands alone in the first, which has no caption."""
        toc = yaml.safe_load(self._contents.read_text(encoding="utf-8"))
        listed = [Part(part.get("caption", ""), tuple(_files(part))) for part in toc["parts"]]
        return [Part("", (toc["root"],)), *listed]

    @cached_property
    def language(self) -> str:
        """The language of the first page."""
        return self._first.language

    @cached_property
    def title(self) -> str:
        """What the book is called: the heading of its first page."""
        return self._first.title

    @cached_property
    def _first(self) -> "Page":
        return self.page(self.pages[0])

    @cached_property
    def pages(self) -> list[str]:
        """The names of all pages in their order."""
        return [page for part in self.parts for page in part.pages]

    def page(self, name: str) -> "Page":
        """A page, read anew: each reader may change it.

        Raises
        ------
        SiteError
            If the site has no such page.
        """
        path = self.folder / f"{name}.html"
        if not path.exists():
            raise SiteError(f"the site has no page {name!r}: run `make book`")
        return Page(name, path.read_text(encoding="utf-8"))


class Page:
    """One page: its article, without what only a screen needs, and where its links lead."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        whole = BeautifulSoup(text, "html.parser")
        article = whole.select_one(_ARTICLE)
        if article is None:
            raise SiteError(f"{name}.html holds no article")
        self.article: Tag = article
        self.language = whole.html.get("lang", "en")
        scripts = (script.string or "" for script in whole.find_all("script"))
        self.formulas = next((s for s in scripts if s.startswith("window.MathJax = ")), "")
        for gone in article.select(_SCREEN_ONLY):
            gone.decompose()
        for script in article.find_all("script"):
            if script.get("type") != "application/json":
                script.decompose()

    @property
    def title(self) -> str:
        """The heading of the page, with its number."""
        heading = self.article.find("h1")
        return heading.get_text(" ", strip=True) if heading else self.name

    def links(self) -> Iterator[Tag]:
        """Every link of the article."""
        yield from self.article.find_all("a", href=True)

    def target(self, address: str) -> tuple[str, str] | None:
        """The page and the anchor that an address of this page leads to; None if to no page."""
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not (parts.path or parts.fragment):
            return None
        name = self.name
        if parts.path:
            beside = posixpath.join(posixpath.dirname(self.name), unquote(parts.path))
            path = posixpath.normpath(beside)
            if not path.endswith(".html"):
                return None
            name = path.removesuffix(".html")
        return name, unquote(parts.fragment.partition("?")[0])


def leaves(address: str) -> bool:
    """Whether an address leads out of the site, to a host or to a letter."""
    return bool(urlsplit(address).scheme)


def _files(entry: dict) -> Iterator[str]:
    for chapter in (*entry.get("chapters", ()), *entry.get("sections", ())):
        if "file" in chapter:
            yield chapter["file"]
        yield from _files(chapter)
