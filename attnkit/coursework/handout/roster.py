"""Whose notebooks to write: ids from the command line and from a file, each once."""

from collections.abc import Iterable
from pathlib import Path

from attnkit.coursework.handout.errors import HandoutError
from attnkit.coursework.student import Student

__all__ = ["enrolled"]


def enrolled(ids: Iterable[str], roster: Path | None, salt: str | None) -> list[Student]:
    """Return the students named, then those of the roster: a text file with an id on each line.

    Raises
    ------
    HandoutError
        If there are ids without a salt or a salt without ids, the roster cannot be read, an id or
        the salt is blank, or two ids are one, apart from capitals and the way an accent is typed.
    """
    wanted = [*ids, *(_read(roster) if roster else [])]
    if bool(wanted) != (salt is not None):
        raise HandoutError(
            "--student and --salt go together, and so do --roster and --salt: id and salt draw a "
            "student's variant"
        )
    try:
        students = [Student(each, salt=salt) for each in wanted]
    except ValueError as error:
        raise HandoutError(str(error)) from None
    _require_distinct(students, wanted)
    return students


def _read(roster: Path) -> list[str]:
    try:
        lines = roster.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise HandoutError(f"{roster} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise HandoutError(f"{roster} is no text in UTF-8: save it as such") from None
    ids = [line.strip() for line in lines if line.strip()]
    if not ids:
        raise HandoutError(f"{roster} names no student: it must hold an id on each line")
    return ids


def _require_distinct(students: list[Student], written: list[str]) -> None:
    first: dict[str, str] = {}
    for student, given in zip(students, written, strict=True):
        name = student.id.casefold()
        if name in first:
            raise HandoutError(
                f"a student is named twice, as {first[name]!r} and {given!r}: their notebooks "
                "would be one file"
            )
        first[name] = given
