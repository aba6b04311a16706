"""The pages of the site joined to one page of HTML, with a cover, contents and hints."""

import html
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from importlib.resources import files

from attnkit.book.built import BuiltSite, Page, SiteError
from attnkit.book.paper.anchors import anchor_of, find_pictures, name_anchors, point_links
from attnkit.book.paper.hints import gather_hints
from attnkit.book.paper.stills import put_stills
from attnkit.words import say

__all__ = ["LEFT_OUT", "Volume"]

LEFT_OUT = ("book/api/*",)
"""Pages that nobody reads on paper; links to them become their words."""

_HINTS = "hints"
_ASSETS = files("attnkit.book.paper") / "assets"
_DEEPER = {f"h{level}": f"h{level + 1}" for level in range(1, 6)}
# Long, and there to be opened by a click: a claim's numbers stand in its chapter too.
_FOLDED_AWAY = ".claim-card details, .laws-found"
_STYLES = ("pygments.css", "claims.css", "coursework.css", "cards.css", "book.css")


class Volume:
    """The chapters of a site, ready to be printed as one.

    Parameters
    ----------
    site : BuiltSite
        What was built.
    to_site : str
        The folder of the site, as seen from where the volume will lie.

    Raises
    ------
    SiteError
        If the site lacks a page of its contents, or a link leads to no place of the volume.
    """

    def __init__(self, site: BuiltSite, to_site: str) -> None:
        self.site, self.to_site = site, to_site
        self.titles: dict[str, str] = {}
        self.chapters: dict[str, str] = {}
        self.formulas = self.hints = ""
        self.names = [name for name in site.pages if not any(fnmatch(name, p) for p in LEFT_OUT)]
        for name in self.names:
            self._add(site.page(name))
        _require_places("".join((*self.chapters.values(), self.hints)), self.names)

    def _add(self, page: Page) -> None:
        article = page.article
        self.titles[page.name] = page.title
        for folded in article.select(_FOLDED_AWAY):
            folded.decompose()
        put_stills(article)
        hints = gather_hints(article)
        for fold in article.find_all("details"):
            fold["open"] = ""
        for link in article.select(".laws-matrix td a"):
            link.unwrap()
        name_anchors(page)
        point_links(page, self.names)
        find_pictures(page, self.to_site)
        for heading in article.find_all([*_DEEPER]):
            heading.name = _DEEPER[heading.name]
        self.formulas = self.formulas or page.formulas
        self.hints += hints.extract().decode_contents()
        self.chapters[page.name] = article.decode_contents()

    def html(self, paper: str, places: Mapping[str, int] | None = None) -> str:
        """The volume on a paper, `A4` or `letter`, its contents with the pages of the places."""
        styles = [f'<link rel="stylesheet" href="{self.to_site}/_static/{s}">' for s in _STYLES]
        own = (_ASSETS / "paper.css").read_text(encoding="utf-8").replace("A4", paper)
        scripts = (
            f"<script>{self.formulas or 'window.MathJax = {}'};"
            "window.MathJax.startup = {typeset: false};</script>"
            f'<script src="{self.to_site}/_static/attnkit/tex-svg.js"></script>'
            f"<script>{(_ASSETS / 'paper.js').read_text(encoding='utf-8')}</script>"
        )
        return (
            f'<!doctype html><html lang="{self.site.language}" data-theme="light">'
            f'<meta charset="utf-8"><title>{html.escape(self.site.title)}</title>'
            f"{''.join(styles)}<style>{own}{''.join(self._running_heads())}</style>"
            f'<body class="bd-article">{self._cover()}{self._contents(places or {})}'
            f"{''.join(self._bodies())}{scripts}"
        )

    def _cover(self) -> str:
        title, alive = html.escape(self.site.title), html.escape(say("paper.alive"))
        return f'<section class="paper-cover"><p>{title}</p><p>{alive}</p></section>'

    def _contents(self, places: Mapping[str, int]) -> str:
        lines = []
        for caption, names in self._parts():
            lines += [f"<p>{html.escape(caption)}</p>"] if caption else []
            for name in names:
                number = places.get(anchor_of(name), "")
                title = html.escape(self.titles.get(name, say("paper.hints")))
                line = f'<a href="#{anchor_of(name)}">{title}</a><i></i><b>{number}</b>'
                lines.append(f"<div>{line}</div>")
        heading = html.escape(say("paper.contents"))
        return f'<section class="paper-contents"><h1>{heading}</h1>{"".join(lines)}</section>'

    def _parts(self) -> Iterator[tuple[str, list[str]]]:
        for part in self.site.parts:
            names = [name for name in part.pages if name in self.chapters]
            if names:
                yield part.caption, names
        if self.hints:
            yield "", [_HINTS]

    def _bodies(self) -> Iterator[str]:
        for caption, names in self._parts():
            for place, name in enumerate(names):
                part = f'<h1 class="paper-part">{html.escape(caption)}</h1>' if not place else ""
                body = self.chapters.get(name) or f"<h2>{say('paper.hints')}</h2>{self.hints}"
                opening = f'<article id="{anchor_of(name)}" class="paper-{self._number(name)}">'
                yield f"{opening}{part if caption else ''}{body}</article>"

    def _running_heads(self) -> Iterator[str]:
        """A page for each chapter that bears its title above."""
        for name in [*self.chapters, _HINTS]:
            title = self.titles.get(name, say("paper.hints"))
            number = self._number(name)
            text = re.sub(r'(["\\])', r"\\\1", title).replace("<", "\\3c ")
            yield f'@page p{number} {{ @top-right {{ content: "{text}"; }} }}\n'
            yield f".paper-{number} {{ page: p{number}; }}\n"

    def _number(self, name: str) -> int:
        return [*self.chapters, _HINTS].index(name)


def _require_places(text: str, names: list[str]) -> None:
    """Refuse a link that leads nowhere: paper has no page that says so."""
    places = {*names, *re.findall(r'\sid="([^"]+)"', text)}
    lost = sorted(set(re.findall(r'\shref="#([^"]+)"', text)) - places)
    if lost:
        raise SiteError(f"{len(lost)} links lead to no place of the book, such as #{lost[0]}")
