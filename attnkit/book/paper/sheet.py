"""A volume as one page of HTML for the browser to print: cover, contents, chapters."""

import html
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files

from attnkit.book.paper.volume import Volume
from attnkit.words import say

__all__ = ["sheet"]

_ASSETS = files("attnkit.book.paper") / "assets"
_STYLES = ("pygments.css", "claims.css", "coursework.css", "cards.css", "book.css")


def sheet(volume: Volume, paper: str, places: Mapping[str, int] | None = None) -> str:
    """The page to print.

    Parameters
    ----------
    volume : Volume
        The chapters.
    paper : str
        The size of the paper as CSS names it, `A4` or `letter`.
    places : mapping, optional
        The number of the page on which each chapter begins, once it is known.
    """
    static = f"{volume.to_site}/_static"
    styles = "".join(f'<link rel="stylesheet" href="{static}/{name}">' for name in _STYLES)
    style = _asset("paper.css").replace("A4", paper) + "".join(_running_heads(volume))
    return (
        f'<!doctype html><html lang="{volume.site.language}" data-theme="light">'
        f'<meta charset="utf-8"><title>{html.escape(volume.site.title)}</title>'
        f"{styles}<style>{style}</style><body class='bd-article'>"
        f"{_cover(volume)}{_contents(volume, places or {})}{''.join(_chapters(volume))}"
        f"<script>{volume.formulas or 'window.MathJax = {}'};"
        "window.MathJax.startup = {typeset: false};</script>"
        f'<script src="{static}/attnkit/tex-svg.js"></script>'
        f"<script>{_asset('paper.js')}</script>"
    )


def _cover(volume: Volume) -> str:
    said = (volume.site.title, *volume.site.imprint, say("paper.alive"))
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in said)
    return f'<section class="paper-cover">{lines}</section>'


def _contents(volume: Volume, places: Mapping[str, int]) -> str:
    lines = []
    for caption, names in volume.parts:
        lines += [f"<p>{html.escape(caption)}</p>"] if caption else []
        for name in names:
            link = f'<a href="#{name}">{html.escape(volume.titles[name])}</a>'
            lines.append(f"<div>{link}<i></i><b>{places.get(name, '')}</b></div>")
    heading = html.escape(say("paper.contents"))
    return f'<section class="paper-contents"><h1>{heading}</h1>{"".join(lines)}</section>'


def _chapters(volume: Volume) -> Iterator[str]:
    numbers = {name: number for number, name in enumerate(volume.chapters)}
    for caption, names in volume.parts:
        part = f'<h1 class="paper-part">{html.escape(caption)}</h1>' if caption else ""
        for name in names:
            opening = f'<article id="{name}" class="paper-{numbers[name]}">'
            yield f"{opening}{part}{volume.chapters[name]}</article>"
            part = ""


def _running_heads(volume: Volume) -> Iterator[str]:
    """A kind of page for each chapter, with its title above."""
    for number, title in enumerate(volume.titles.values()):
        text = re.sub(r'(["\\])', r"\\\1", title).replace("<", "\\3c ")
        yield f'@page p{number} {{ @top-right {{ content: "{text}"; }} }}\n'
        yield f".paper-{number} {{ page: p{number}; }}\n"


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")
