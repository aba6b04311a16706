"""A page printed by the browser that is there, and where its places came to lie."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from pypdf import PdfReader

__all__ = ["NoBrowserError", "find_browser", "pages_of_places", "print_page"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND"),
    *("--no-pdf-header-footer", "--generate-pdf-document-outline"),
)


class NoBrowserError(RuntimeError):
    """There is no browser to print with, or it did not print."""


def find_browser() -> str:
    """Return the path of a Chromium or Chrome; the variable `CHROMIUM` may name it.

    Raises
    ------
    NoBrowserError
        If none is found.
    """
    named = os.environ.get("CHROMIUM")
    names = (named,) if named else _NAMES
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise NoBrowserError(
            f"printing wants Chromium or Chrome, and there is no {' or '.join(names)}; "
            "install one, or say where it is: make pdf CHROMIUM=/path/to/chrome"
        )
    return found


def print_page(page: Path, pdf: Path) -> None:
    """Print a page of HTML from the disk; no host is asked for anything.

    Raises
    ------
    NoBrowserError
        If no browser is found, or it writes no PDF.
    """
    pdf.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [find_browser(), *_FLAGS, *_as_root(), f"--user-data-dir={profile}"]
        command += [f"--print-to-pdf={pdf.resolve()}", page.resolve().as_uri()]
        printed = subprocess.run(command, capture_output=True, text=True, check=False)
    if not pdf.exists():
        raise NoBrowserError(f"{command[0]} printed nothing:\n{printed.stderr[-2000:]}")


def _as_root() -> tuple[str, ...]:
    """Chromium's sandbox refuses the root of a container."""
    return ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()


def pages_of_places(pdf: Path) -> dict[str, int]:
    """Return the number of the page, from one, that holds each place a link leads to."""
    reader = PdfReader(pdf)
    places = reader.named_destinations
    return {
        name.removeprefix("/"): reader.get_destination_page_number(place) + 1
        for name, place in places.items()
    }
