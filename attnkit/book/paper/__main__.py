"""`python -m attnkit.book.paper [letter]` prints the built book to `book/_build/attnkit.pdf`."""

import argparse
import os
import shutil
import sys
from pathlib import Path

from pypdf import PdfReader

from attnkit.book.article import SiteError
from attnkit.book.built import BuiltSite
from attnkit.book.paper.press import NoBrowserError, find_browser, pages_of_places, print_page
from attnkit.book.paper.sheet import sheet
from attnkit.book.paper.volume import Volume
from attnkit.words import LANGUAGE


def main() -> int:
    """Print, and say what is done while it is done."""
    parser = argparse.ArgumentParser(prog="python -m attnkit.book.paper", description=__doc__)
    parser.add_argument("--site", type=Path, default=Path("book/_build/html"))
    parser.add_argument("--paper", choices=("A4", "letter"), default="A4")
    parser.add_argument("--out", type=Path, default=Path("book/_build/attnkit.pdf"))
    options = parser.parse_args()
    try:
        print_book(BuiltSite(options.site), options.paper, options.out)
    except (SiteError, NoBrowserError) as error:
        print(f"attnkit: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nattnkit: stopped; the PDF is as it was", file=sys.stderr)
        return 130
    return 0


def print_book(site: BuiltSite, paper: str, pdf: Path) -> None:
    """Print twice: the second time the contents know their pages."""
    find_browser()
    os.environ.setdefault(LANGUAGE, site.language)
    folder = site.folder.parent / "paper"
    folder.mkdir(exist_ok=True)
    _say(f"joining {len(site.pages)} pages")
    volume = Volume(site, os.path.relpath(site.folder, folder))
    page, printed, places = folder / "index.html", folder / "book.pdf", {}
    for round_, told in enumerate(("to number the pages", "with numbers in the contents"), start=1):
        _say(f"printing {round_} of 2, {told}")
        page.write_text(sheet(volume, paper, places), encoding="utf-8")
        print_page(page, printed)
        places = pages_of_places(printed)
    # What was printed before stays until this is finished.
    shutil.move(printed, pdf)
    _say(f"{pdf}: {len(PdfReader(pdf).pages)} pages, {pdf.stat().st_size / 1e6:.1f} MB")


def _say(line: str) -> None:
    print(f"attnkit: {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
