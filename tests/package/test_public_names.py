"""The list of public names is what the packages export: none comes or goes unseen.

After a deliberate change: `python -m tests.package.test_public_names` writes the list anew.
"""

import importlib
import re
from pathlib import Path

BOOK = Path(__file__).parents[2] / "book"
LIST = BOOK / "public_names.txt"


def public_modules():
    """Return `attnkit` and every module that an API page shows."""
    pages = "".join(path.read_text() for path in sorted((BOOK / "api").glob("*.md")))
    return sorted({"attnkit", "attnkit.coursework", *re.findall(r"automodule:: (\S+)", pages)})


def public_names():
    return [
        f"{module}.{name}"
        for module in public_modules()
        for name in sorted(importlib.import_module(module).__all__)
    ]


def test_no_public_name_is_gone():
    gone = set(LIST.read_text().split()) - set(public_names())
    assert not gone, "deprecate for an academic year first: see book/stability.md"


def test_no_public_name_is_missing_from_the_list():
    new = set(public_names()) - set(LIST.read_text().split())
    assert not new, "run python -m tests.package.test_public_names if these are meant to stay"


def test_the_page_shows_the_list():
    assert "literalinclude} public_names.txt" in (BOOK / "stability.md").read_text()


def test_every_public_name_exists_and_is_explained():
    for full in public_names():
        module, _, name = full.rpartition(".")
        thing = getattr(importlib.import_module(module), name)
        assert getattr(thing, "__doc__", None), full


if __name__ == "__main__":
    LIST.write_text("\n".join(public_names()) + "\n")
