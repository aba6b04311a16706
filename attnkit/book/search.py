"""Search: chapters before what lists and repeats them, and excerpts from a disk too.

A page opened from a disk may not fetch another, so Sphinx shows bare titles there. The build lays
the words of all pages beside the site, and the search page reads them where it must.
"""

import html
import importlib.resources
import json
import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

__all__ = ["connect"]

_ASSETS = importlib.resources.files("attnkit.book") / "assets"
_WORDS = "_static/attnkit/words_of_pages.js"
_UNREAD = re.compile(r"<(script|style|nav|button)\b.*?</\1>", re.DOTALL)
_ARTICLE = re.compile(r"<article\b.*?</article>", re.DOTALL)


def rank(app: Sphinx, config: Config) -> None:
    """Let the search page order its results by the book."""
    config.html_search_scorer = str(_ASSETS / "scorer.js")


def put_script(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Let the search page, and no other, read the words from a disk."""
    if page == "search":
        script = (_ASSETS / "search_from_disk.js").read_text(encoding="utf-8")
        app.add_js_file(None, body=script)


def put_words(app: Sphinx, exception: Exception | None) -> None:
    """Write what each page says into one script."""
    if exception is None and app.builder.format == "html":
        out = Path(app.outdir)
        pages = {name: out / f"{name}.html" for name in sorted(app.env.found_docs)}
        words = {name: _words(path) for name, path in pages.items() if path.exists()}
        target = out / _WORDS
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"wordsOfPages({json.dumps(words, ensure_ascii=False)});\n", "utf-8")


def _words(page: Path) -> str:
    """What a reader reads on a page, without figures' numbers, menus and markup."""
    text = page.read_text(encoding="utf-8")
    article = _ARTICLE.search(text)
    bare = re.sub(r"<[^>]+>", " ", _UNREAD.sub(" ", article[0] if article else text))
    return " ".join(html.unescape(bare).split())


def connect(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("config-inited", rank)
    app.connect("html-page-context", put_script)
    app.connect("build-finished", put_words)
