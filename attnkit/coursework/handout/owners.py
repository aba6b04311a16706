"""Who handed a notebook in, as far as a learning platform says so in the names it gives."""

import re

from attnkit.coursework.handout.found import File

__all__ = ["nbgraders_id", "owner"]

_FOLDERS = (
    re.compile(r"^(.+)_\d+_assignsubmission_"),  # Moodle's, one for each student
    re.compile(r"^([^_]+)(?:_LATE)?_\d+_\d+_"),  # Canvas's, in front of each file
)


def owner(path: File) -> str:
    """Return a name or an id that tells one from another; empty where nothing is known."""
    found = [pattern.match(part) for part in _parts(path) for pattern in _FOLDERS]
    return nbgraders_id(path) or next((each[1] for each in reversed(found) if each), "")


def nbgraders_id(path: File) -> str:
    """Return the id in `submitted/<id>/<assignment>/`; empty elsewhere."""
    parts = _parts(path)
    return parts[-3] if parts[-4:-3] == ["submitted"] else ""


def _parts(path: File) -> list[str]:
    return str(path).replace("\\", "/").split("/")
