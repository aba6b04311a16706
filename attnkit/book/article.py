"""A page of the built site as its article, without what only a screen needs."""

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

__all__ = ["Page", "SiteError", "leaves"]

_ARTICLE = "article.bd-article, div.body[role=main]"
_SCREEN_ONLY = "a.headerlink, button, nav, .claims-filter, .laws-filter, .toctree-wrapper"


class SiteError(ValueError):
    """The site is not there, or lacks what is asked of it."""


class Page:
    """One page of the site.

    Parameters
    ----------
    name : str
        Its path from the root of the site, without the suffix.
    text : str
        Its HTML.

    Raises
    ------
    SiteError
        If it holds no article.
    """

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        whole = BeautifulSoup(text, "html.parser")
        article = whole.select_one(_ARTICLE)
        if article is None:
            raise SiteError(f"{name}.html holds no article")
        self.article: Tag = article
        self.language: str = whole.html.get("lang", "en")
        foot = whole.select(".component-author, .copyright")
        self.imprint = [" ".join(line.get_text(" ").split()) for line in foot]
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
        if leaves(address) or not (parts.path or parts.fragment):
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
    parts = urlsplit(address)
    return bool(parts.scheme or parts.netloc)
