"""Who is asked, and which variant of a task is theirs."""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from attnkit.arguments import checked
from attnkit.coursework.task import Task

__all__ = ["Student", "describe", "draw_variant", "seed_of"]


@checked
@dataclass(frozen=True)
class Student:
    """A student of one course.

    Parameters
    ----------
    id : str
        Whatever the course calls the student by: a number, a login. Space around it does not
        count, nor does the way in which an accent is typed.
    salt : str
        The course's own word, so that another course draws other variants.

    Raises
    ------
    ValueError
        If one of them is blank, or holds control signs.
    """

    id: str
    salt: str

    def __post_init__(self) -> None:
        for name in ("id", "salt"):
            value = getattr(self, name)
            if not value.strip():
                raise ValueError(f"{name} must not be empty, got {value!r}")
            if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in value.strip()):
                raise ValueError(f"{name} must hold no control signs, got {value!r}")
            object.__setattr__(self, name, unicodedata.normalize("NFC", value.strip()))


def draw_variant(task: Task, student: Student | None = None) -> dict[str, Any]:
    """Return each quantity's value for this student, the first choices for nobody in particular.

    A quantity's place among its choices is the first eight bytes of sha256 of salt, id, task and
    quantity, joined by zero bytes, modulo their number: the same on every machine and version.
    """
    if student is None:
        return {quantity: choices[0] for quantity, choices in task.variants.items()}
    return {
        quantity: choices[_number(student, task.name, quantity) % len(choices)]
        for quantity, choices in task.variants.items()
    }


def seed_of(task: Task, student: Student | None = None) -> int:
    """Return the seed of the cases on which this student's answer is tried."""
    return _number(student, task.name, "seed of the cases") % 2**31


@checked
def describe(variant: Mapping[str, Any]) -> str:
    """Return the variant on one line, for the head of a problem: "size = 7, alpha = 1.5"."""
    return ", ".join(f"{quantity} = {value}" for quantity, value in variant.items())


def _number(student: Student | None, *words: str) -> int:
    who = ("", "") if student is None else (student.salt, student.id)
    parts = [unicodedata.normalize("NFC", word.strip()) for word in (*who, *words)]
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return int.from_bytes(digest[:8], "big")
