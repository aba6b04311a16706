"""The text of a task as a notebook shows it, with a student's own numbers in it."""

import re

from attnkit.arguments import checked
from attnkit.coursework.catalogue import exercise_number, find_task, variant
from attnkit.coursework.student import Student, describe
from attnkit.coursework.task import Task

__all__ = ["Asked", "asked", "heading", "plain", "statement"]

_ROLE = re.compile(r"(?<![\w^])\{[\w:+-]+\}`([^`]*?)(?:\s*<[^<>`]*>)?`")


class Asked(str):
    """Markdown that Jupyter shows as such."""

    def __repr__(self) -> str:
        return str(self)

    def _repr_markdown_(self) -> str:
        return str(self)


@checked
def asked(name: str, student: Student | None = None) -> Asked:
    """Return what a task asks of a student, for a notebook that is the same for everybody.

    Parameters
    ----------
    name : str
        The task, such as "entmax-threshold".
    student : Student or None
        Whose numbers to fill in; for nobody in particular, the first choices.

    Raises
    ------
    ValueError
        For a task that does not exist (with the nearest name).
    """
    return Asked(statement(find_task(name), student).partition("\n\n")[2])


def statement(task: Task, student: Student | None) -> str:
    """Return the text of a task, numbered as in the book, with what varies filled in."""
    values = variant(task, student)
    facts = f"*{task.kind.capitalize()}, difficulty {task.difficulty} of 3, {task.minutes} minutes*"
    whose = f"\n\n*Your variant: {describe(values)}.*" if values else ""
    return f"{heading(task)}\n\n{facts}\n\n{plain(task.statement.format(**values))}{whose}"


def heading(task: Task) -> str:
    """Return number and title of a task."""
    return f"## {exercise_number(task)}. {task.title}"


def plain(text: str) -> str:
    """Return MyST text as Jupyter reads it: a role gives way to its words."""
    return _ROLE.sub(r"\1", text).strip()
