"""The pages of the site joined to one volume: chapters whose links lead to each other."""

import re
from collections.abc import Iterator
from fnmatch import fnmatch

from bs4 import Tag

from attnkit.book.article import Page, SiteError
from attnkit.book.built import BuiltSite
from attnkit.book.paper.anchors import find_pictures, name_anchors, point_links
from attnkit.book.paper.hints import gather_hints
from attnkit.book.paper.stills import put_stills
from attnkit.words import say

__all__ = ["LEFT_OUT", "Volume"]

LEFT_OUT = ("book/api/*", "book/stability")
"""Lists of names, which nobody looks up on paper; links to them become their words."""

_HINTS = "hints"
_DEEPER = {f"h{level}": f"h{level + 1}" for level in range(1, 6)}
# Long, and there to be opened by a click: a claim's numbers stand in its chapter too.
_FOLDED_AWAY = ".claim-card details, .laws-found"


class Volume:
    """The chapters of a site, ready to be printed as one; the last one holds the hints.

    Parameters
    ----------
    site : BuiltSite
        What was built.
    to_site : str
        The folder of the site, as seen from where the volume will lie.

    Attributes
    ----------
    titles, chapters : dict
        By the name of a page, in their order: its title, and its HTML.
    formulas : str
        The setting of MathJax.

    Raises
    ------
    SiteError
        If the site lacks a page of its contents, or a link leads to no place of the volume.
    """

    def __init__(self, site: BuiltSite, to_site: str) -> None:
        self.site, self.to_site = site, to_site
        self.titles: dict[str, str] = {}
        self.chapters: dict[str, str] = {}
        self.formulas, hints = "", ""
        kept = [name for name in site.pages if not any(fnmatch(name, p) for p in LEFT_OUT)]
        for name in kept:
            page = site.page(name)
            self.titles[name] = page.title
            self.formulas = self.formulas or page.formulas
            hints += self._fit_for_paper(page, kept).decode_contents()
            self.chapters[name] = page.article.decode_contents()
        if hints:
            self.titles[_HINTS] = say("paper.hints")
            self.chapters[_HINTS] = f"<h2>{self.titles[_HINTS]}</h2>{hints}"
        _require_places(self.chapters)

    @property
    def parts(self) -> Iterator[tuple[str, list[str]]]:
        """The caption of each part and the names of its chapters; the hints are in none."""
        for part in self.site.parts:
            names = [name for name in part.pages if name in self.chapters]
            if names:
                yield part.caption, names
        if _HINTS in self.chapters:
            yield "", [_HINTS]

    def _fit_for_paper(self, page: Page, kept: list[str]) -> Tag:
        """Change the article of a page, and return the hints that were taken out of it."""
        article = page.article
        for folded in article.select(_FOLDED_AWAY):
            folded.decompose()
        for link in article.select(".laws-matrix td a"):
            link.unwrap()
        put_stills(article)
        hints = gather_hints(article)
        for fold in article.find_all("details"):
            fold["open"] = ""
        name_anchors(page)
        point_links(page, kept)
        find_pictures(page, self.to_site)
        for heading in article.find_all([*_DEEPER]):
            heading.name = _DEEPER[heading.name]
        return hints.extract()


def _require_places(chapters: dict[str, str]) -> None:
    """Refuse a link that leads nowhere: paper has no page that says so."""
    text = "".join(chapters.values())
    places = {*chapters, *re.findall(r'\sid="([^"]+)"', text)}
    lost = sorted(set(re.findall(r'\shref="#([^"]+)"', text)) - places)
    if lost:
        raise SiteError(f"{len(lost)} links lead to no place of the book, such as #{lost[0]}")
