"""The list of a class, as a learning platform exports it or as a teacher writes it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from attnkit.coursework.handout.errors import HandoutError
from attnkit.coursework.handout.tables import lines_of

__all__ = ["ClassList", "Entry", "read_class_list"]

# What Canvas and Moodle call columns that may hold an id; the first in which everybody has one.
_ID_COLUMNS = (
    "SIS Login ID",
    "Username",
    "ID number",
    "SIS User ID",
    "Student ID",
    "ID",
    "Email address",
    "Email",
)
_NOBODY = re.compile(r"\s*(points possible|student, test|test student)\s*$", re.IGNORECASE)
_MUTED = re.compile(r"\s*(muted|manual posting.*)?\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """A student's line.

    Parameters
    ----------
    line : int
        Its number in the file, from one.
    id : str
        What stands in the column of ids.
    cells : dict
        What stands in each column, by its heading.
    """

    line: int
    id: str
    cells: dict[str, str]


@dataclass(frozen=True)
class ClassList:
    """Who is in a class.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    columns : tuple of str
        Its headings; none in a list of bare ids.
    id_column : str
        The heading of the column of ids, empty in a list of bare ids.
    entries : tuple of Entry
        The students, in the order of the file.
    """

    path: Path
    columns: tuple[str, ...]
    id_column: str
    entries: tuple[Entry, ...]

    def said(self) -> str:
        """Where the ids come from, in a sentence."""
        where = f"the column {self.id_column!r} of " if self.id_column else ""
        return f"{len(self.entries)} ids from {where}{self.path}"


def read_class_list(path: Path, id_column: str | None = None) -> ClassList:
    """Read a table with a line of headings (comma, semicolon or tab), or an id on each line.

    Canvas's lines that are no students, "Points Possible" and "Student, Test", are left out.

    Raises
    ------
    HandoutError
        If the file cannot be read, has no column of ids, or a student's id is missing.
    """
    lines = lines_of(path)
    if not lines:
        raise HandoutError(f"{path} names no student: it must hold an id on each line, or a table")
    first = lines[0][1]
    if id_column is None and len(first) == 1 and _named(_ID_COLUMNS, first[0]) is None:
        return ClassList(path, (), "", tuple(_bare(path, lines)))
    columns = tuple(heading.strip() for heading in first)
    rows = list(_students(path, columns, lines[1:]))
    column = _id_column(path, columns, rows, id_column)
    entries = tuple(Entry(number, cells[column], cells) for number, cells in rows)
    return ClassList(path, columns, column, entries)


def _bare(path: Path, lines: list[tuple[int, list[str]]]) -> Iterator[Entry]:
    for number, cells in lines:
        if any(cells[1:]):
            raise HandoutError(f"{path} must hold one id in line {number}, got {cells!r}")
        yield Entry(number, cells[0], {})


def _students(
    path: Path, columns: tuple[str, ...], lines: list[tuple[int, list[str]]]
) -> Iterator[tuple[int, dict[str, str]]]:
    for number, cells in lines:
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            raise HandoutError(
                f"{path} has {len(cells)} cells in line {number} and {len(columns)} headings"
            )
        row = dict(zip(columns, [*cells, *[""] * len(columns)], strict=False))
        if not _NOBODY.match(row.get("Student", "")) and not all(map(_MUTED.match, cells)):
            yield number, row


def _id_column(
    path: Path, columns: tuple[str, ...], rows: list[tuple[int, dict]], wanted: str | None
) -> str:
    known = [_named(columns, name) for name in ([wanted] if wanted else _ID_COLUMNS)]
    there = [name for name in known if name is not None]
    if not there:
        what = f"no column {wanted!r}" if wanted else "no column that is known to hold ids"
        raise HandoutError(
            f"{path} has {what}; name one with --id-column: {', '.join(map(repr, columns))}"
        )
    missing = {name: [number for number, row in rows if not row[name]] for name in there}
    best = min(there, key=lambda name: bool(missing[name]))
    if not rows:
        raise HandoutError(f"{path} names no student: nothing stands below its headings")
    if missing[best]:
        lines = ", ".join(map(str, missing[best]))
        raise HandoutError(f"{path} has no {best!r} in line {lines}")
    return best


def _named(columns: tuple[str, ...], name: str) -> str | None:
    """The column of this name, whatever its capitals."""
    return next((each for each in columns if each.casefold() == name.casefold()), None)
