"""What was handed in, read without trust."""

import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import nbformat
from nbformat import NotebookNode

from attnkit.coursework.catalogue import find_set, find_task
from attnkit.coursework.handout.cells import METADATA
from attnkit.coursework.handout.errors import HandoutError
from attnkit.coursework.handout.found import File, text_of
from attnkit.coursework.student import Student
from attnkit.coursework.task import ProblemSet, Task

__all__ = ["Submission", "read_submission"]

_ONE_AT_A_TIME = threading.Lock()  # what is done to warnings, and an archive's file, are shared


@dataclass(frozen=True)
class Submission:
    """A notebook of a problem set, as it came back.

    Parameters
    ----------
    path : File
        The file, or the part of an archive.
    problem_set : ProblemSet
        The set it was made from, with the tasks that were handed out.
    student : Student or None
        Whom it was made for, None where it was for everybody.
    cells : tuple of NotebookNode
        All of them, in the order of the notebook.
    """

    path: File
    problem_set: ProblemSet
    student: Student | None
    cells: tuple[NotebookNode, ...]

    def parts(self) -> Iterator[tuple[NotebookNode, Task | None]]:
        """Each cell with the task to whose part of the notebook it belongs.

        A part begins at the first cell that bears the task's name in its id; cells that a student
        added belong to the part in which they stand.
        """
        known = {
            f"{task.name}-{role}": task
            for task in self.problem_set.tasks
            for role in ("statement", "variant", "answer", "prose", "check")
        }
        part = None
        for cell in self.cells:
            part = known.get(cell.get("id", ""), part)
            yield cell, part


def read_submission(path: File) -> Submission:
    """Read a notebook that was handed in.

    Raises
    ------
    HandoutError
        If the file is no notebook any more, or none of a problem set.
    """
    notebook = _read(path)
    try:
        known = notebook.metadata.get(METADATA, {})
        problem_set = _handed_out(known)
        made_for = None
        if "student" in known:
            made_for = Student(known["student"], salt=known.get("salt", ""))
    except (AttributeError, TypeError, ValueError) as error:
        raise HandoutError(
            f"{path} is no problem set of attnkit, or its metadata were changed: {error}"
        ) from None
    return Submission(path, problem_set, made_for, tuple(notebook.cells))


def _handed_out(known: Any) -> ProblemSet:
    whole = find_set(known.get("set", ""))
    if "tasks" not in known:
        return whole
    return replace(whole, tasks=tuple(find_task(name) for name in known["tasks"]))


def _read(path: File) -> NotebookNode:
    try:
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as of two cells of one id, which is put right
            notebook = nbformat.reads(text_of(path), as_version=4)
            nbformat.validate(notebook)
    except HandoutError:
        raise
    except Exception as error:  # JSON that is no notebook fails inside nbformat in many ways
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise HandoutError(f"{path} is no valid notebook any more ({reason[:200]})") from None
    return notebook
