"""The page that slides stand on, and the files beside it: no more than a browser and a disk."""

import html
import json
from importlib.resources import files
from pathlib import Path
from shutil import copyfile

from attnkit.book.built import BuiltSite
from attnkit.words import words

__all__ = ["host_page", "put_files"]

_ASSETS = files("attnkit.book.slides") / "assets"
_SCRIPT = ("sizes.js", "places.js", "hands.js")
_STYLES = ("pygments.css", "claims.css", "coursework.css", "cards.css", "book.css")
_FIGURES = ("attnkit/explorable.css", "attnkit/explorable.js", "attnkit/tex-svg.js")


def put_files(site: BuiltSite, folder: Path) -> None:
    """Copy what the slides need of a site, and the host's own style and script."""
    folder.mkdir(parents=True, exist_ok=True)
    static = site.folder / "_static"
    for name in _FIGURES:
        copyfile(static / name, folder / Path(name).name)
    # A site without claims, say, has no style for them.
    styles = [static / name for name in _STYLES if (static / name).exists()]
    style = "\n".join(map(_text, [*styles, _ASSETS / "deck.css"]))
    (folder / "deck.css").write_text(style, encoding="utf-8")
    # One closure, a classic script: no module runs from a disk.
    script = "\n".join(_text(_ASSETS / name) for name in _SCRIPT)
    script = f'(() => {{\n"use strict";\n{script}\naddEventListener("load", start);\n}})();\n'
    (folder / "deck.js").write_text(script, encoding="utf-8")


def host_page(title: str, language: str, formulas: str, slides: str, *, plan: str = "") -> str:
    """The slides as a page; `formulas` is the setting of MathJax, `plan` the teacher's page."""
    told = json.dumps(words("slides") | {"plan_page": plan}, ensure_ascii=False)
    script = told.replace("</", "<\\/")
    return _page(
        title,
        language,
        f"{_mathjax(formulas)}"
        '<script defer src="files/explorable.js"></script>'
        f'<script type="application/json" id="deck-words">{script}</script>'
        '<script defer src="files/deck.js"></script>',
        f'<main class="deck bd-article">{slides}</main>',
    )


def plain_page(title: str, language: str, formulas: str, article: str) -> str:
    """An article in the style of the slides, to be scrolled."""
    return _page(title, language, _mathjax(formulas), f'<main class="plan">{article}</main>')


def _mathjax(formulas: str) -> str:
    tag = '<script defer src="files/tex-svg.js"></script>'
    return f"<script>{formulas}</script>{tag}" if formulas else ""


def _page(title: str, language: str, scripts: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f"<title>{html.escape(title)}</title>"
        '<link rel="stylesheet" href="files/explorable.css">'
        f'<link rel="stylesheet" href="files/deck.css">{scripts}<body>{body}'
    )


def _text(path) -> str:
    return path.read_text(encoding="utf-8")
