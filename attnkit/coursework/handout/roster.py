"""Whose notebooks to write: ids from the command line and from a class list, each once."""

from collections.abc import Iterable

from attnkit.coursework.handout.class_list import ClassList
from attnkit.coursework.handout.errors import HandoutError
from attnkit.coursework.student import Student

__all__ = ["enrolled"]


def enrolled(ids: Iterable[str], class_list: ClassList | None, salt: str | None) -> list[Student]:
    """Return the students named, then those of the class list.

    Raises
    ------
    HandoutError
        If there are ids without a salt or a salt without ids, an id or the salt is blank, or two
        ids are one, apart from capitals and the way an accent is typed.
    """
    wanted = [(each, "") for each in ids]
    for entry in class_list.entries if class_list else ():
        wanted.append((entry.id, f" (line {entry.line} of {class_list.path})"))
    if bool(wanted) != (salt is not None):
        raise HandoutError(
            "--student and --salt go together, and so do --student-file and --salt: id and salt "
            "draw a student's variant"
        )
    students = [_student(given, where, salt) for given, where in wanted]
    _require_distinct(students, wanted)
    return students


def _student(given: str, where: str, salt: str) -> Student:
    try:
        return Student(given, salt=salt)
    except ValueError as error:
        raise HandoutError(f"{error}{where}") from None


def _require_distinct(students: list[Student], written: list[tuple[str, str]]) -> None:
    first: dict[str, str] = {}
    for student, (given, where) in zip(students, written, strict=True):
        name = student.id.casefold()
        if name in first:
            raise HandoutError(
                f"a student is named twice, as {first[name]} and {given!r}{where}: their notebooks "
                "would be one file"
            )
        first[name] = f"{given!r}{where}"
