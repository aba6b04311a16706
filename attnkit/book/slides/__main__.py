"""`python -m attnkit.book.slides densities/1` makes slides of a chapter of the built book."""

import argparse
import os
import re
import sys
from pathlib import Path

from attnkit.book.article import SiteError
from attnkit.book.built import BuiltSite
from attnkit.book.slides.deck import write_deck
from attnkit.words import LANGUAGE

__all__ = ["find_chapter"]

_TEACHES = re.compile(r"/teach$|^book/(teaching|api)/")


def main() -> int:
    """Write the slides, and say where they are."""
    parser = argparse.ArgumentParser(prog="python -m attnkit.book.slides", description=__doc__)
    parser.add_argument("chapter", help="path of a page, or a part of it that only one page has")
    parser.add_argument("--site", type=Path, default=Path("book/_build/html"))
    parser.add_argument("--out", type=Path, default=Path("book/_build/slides"))
    options = parser.parse_args()
    try:
        site = BuiltSite(options.site)
        name = find_chapter(site.pages, options.chapter)
        os.environ.setdefault(LANGUAGE, site.language)
        folder = options.out / name
        count = write_deck(site, name, folder)
    except SiteError as error:
        print(f"attnkit: {error}", file=sys.stderr)
        return 1
    print(f"attnkit: {count} slides, open {(folder / 'index.html').resolve().as_uri()}")
    return 0


def find_chapter(pages: list[str], asked: str) -> str:
    """Return the one page that is called so, or the one chapter whose path holds what is asked.

    Raises
    ------
    SiteError
        If there is none, or more than one.
    """
    wanted = asked.removesuffix(".md").removesuffix(".ipynb").strip("/")
    if wanted in pages:
        return wanted
    chapters = [page for page in pages if not _TEACHES.search(page)]
    found = [page for page in chapters if wanted and wanted in page]
    if len(found) == 1:
        return found[0]
    known = "\n  ".join(found or chapters)
    many = f"{asked!r} is part of {len(found)} pages" if found else f"no page is called {asked!r}"
    raise SiteError(f"CHAPTER: {many}; there are\n  {known}")


if __name__ == "__main__":
    sys.exit(main())
