"""What the library promises: names of the API pages, of every room and of every mechanism.

`python -m attnkit.book.public_names` writes `book/public_names.txt` at a release. A name that
stands there is kept; a new one is promised when the next release writes it down.
"""

import importlib
import re
from pathlib import Path

import attnkit
from attnkit.cards import cards
from attnkit.rooms import rooms

__all__ = ["LIST", "own_names", "public_modules", "public_names"]

BOOK = Path(attnkit.__path__[0]).parent / "book"
LIST = BOOK / "public_names.txt"


def public_modules() -> list[str]:
    """Return `attnkit`, every room and mechanism, and each module that an API page shows."""
    pages = "".join(path.read_text("utf-8") for path in sorted((BOOK / "api").glob("*.md")))
    inside = [f"attnkit.{card.room}.{card.name}" for card in cards()]
    known = {"attnkit", "attnkit.coursework", *(f"attnkit.{room}" for room in rooms()), *inside}
    return sorted({*known, *re.findall(r"automodule:: (\S+)", pages)})


def own_names(module: str) -> list[str]:
    """Return what a mechanism exports beside what its room exports already."""
    room = importlib.import_module(module.rpartition(".")[0])
    exported = [vars(room)[name] for name in getattr(room, "__all__", ())]
    mechanism = importlib.import_module(module)
    names = sorted(getattr(mechanism, "__all__", ()))
    return [n for n in names if not any(vars(mechanism)[n] is each for each in exported)]


def public_names() -> list[str]:
    """Return every public name, dotted."""
    inside = {f"attnkit.{card.room}.{card.name}" for card in cards()}
    found = []
    for module in public_modules():
        names = own_names(module) if module in inside else importlib.import_module(module).__all__
        found += [f"{module}.{name}" for name in sorted(names)]
    return found


if __name__ == "__main__":
    LIST.write_text("\n".join(public_names()) + "\n", encoding="utf-8")
