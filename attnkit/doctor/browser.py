"""The browser that the tests drive: nothing else needs one of a certain name."""

import shutil
from collections.abc import Iterator

from attnkit.doctor.finding import Finding

__all__ = ["NAMES", "check_browser", "found_browser"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""What is looked for, in this order."""


def found_browser() -> str | None:
    """The path of the first of them that is there."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def check_browser() -> Iterator[Finding]:
    """Where it is."""
    path = found_browser()
    if path:
        yield Finding("Chromium", path)
    else:
        yield Finding(
            "Chromium", "none: tests of pages are skipped; any browser shows the book", "note"
        )
