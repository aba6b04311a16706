"""Who handed a notebook in, as far as a learning platform says so in the names it gives."""

import re
import unicodedata
from collections.abc import Iterator

from attnkit.coursework.handout.class_list import ClassList, Entry
from attnkit.coursework.handout.found import File

__all__ = ["known_as", "nbgraders_id", "owner", "senders"]

_FOLDERS = (
    re.compile(r"^(.+)_\d+_assignsubmission_"),  # Moodle's, one for each student
    re.compile(r"^([^_]+)(?:_LATE)?_\d+_\d+_"),  # Canvas's, in front of each file
)
_CANVAS_ID = re.compile(r"^[^_]+(?:_LATE)?_(\d+)_\d+_")
_NAMES = ("First name", "Last name", "Surname", "Vorname", "Nachname")


def owner(path: File) -> str:
    """Return a name or an id that tells one from another; empty where nothing is known."""
    found = [pattern.match(part) for part in _parts(path) for pattern in _FOLDERS]
    return nbgraders_id(path) or next((each[1] for each in reversed(found) if each), "")


def nbgraders_id(path: File) -> str:
    """Return the id in `submitted/<id>/<assignment>/`; empty elsewhere."""
    parts = _parts(path)
    return parts[-3] if parts[-4:-3] == ["submitted"] else ""


def senders(path: File, class_list: ClassList | None) -> list[str]:
    """Return the ids of those who may have handed a notebook in: several bear one name.

    nbgrader's folder is an id. Moodle's is a name and Canvas's file begins with its own number,
    both of which only a class list can tell. Empty where nothing is known.
    """
    if folder := nbgraders_id(path):
        return [folder]
    return [entry.id for entry in class_list.entries if _sent(path, entry)] if class_list else []


def _sent(path: File, entry: Entry) -> bool:
    number = entry.cells.get("ID") if "Student" in entry.cells else ""
    numbers = [found[1] for part in _parts(path) if (found := _CANVAS_ID.match(part))]
    if numbers:
        return numbers[-1] == number
    name = _words(owner(path))
    return bool(name) and name in map(_words, _full_names(entry))


def _full_names(entry: Entry) -> Iterator[str]:
    yield " ".join(entry.cells.get(name, "") for name in _NAMES)
    yield entry.cells.get("Full name", "")


def _words(name: str) -> list[str]:
    """A name's words in no order: who runs Moodle decides which name comes first."""
    return sorted(known_as(name).split())


def known_as(student: str) -> str:
    """Return an id without what does not tell one from another: capitals, the way of an accent."""
    return unicodedata.normalize("NFC", student.strip()).casefold()


def _parts(path: File) -> list[str]:
    return str(path).replace("\\", "/").split("/")
