"""What was handed in: found among files and folders, and read without trust."""

import glob
import os
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from attnkit.coursework.catalogue import find_set, find_task
from attnkit.coursework.handout.cells import METADATA
from attnkit.coursework.handout.errors import HandoutError
from attnkit.coursework.student import Student
from attnkit.coursework.task import ProblemSet, Task

__all__ = ["Submission", "notebooks_in", "read_submission"]


@dataclass(frozen=True)
class Submission:
    """A notebook of a problem set, as it came back.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    problem_set : ProblemSet
        The set it was made from, with the tasks that were handed out.
    student : Student or None
        Whom it was made for, None where it was for everybody.
    cells : tuple of NotebookNode
        All of them, in the order of the notebook.
    """

    path: Path
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


def notebooks_in(places: Sequence[str]) -> list[Path]:
    """Return each notebook once that is named, lies in a folder named, or matches a pattern.

    A place that exists is that place, whatever signs its name is made of; only one that does not
    can be a pattern. What is not found stands in the list as it was written, for its turn to be
    told.

    Raises
    ------
    HandoutError
        If no folder or pattern holds a notebook, and no file is named.
    """
    found: dict[Path, Path] = {}
    empty = [place for place in places if not _found(place)]
    if len(empty) == len(places):
        raise HandoutError(f"no notebook is found by {', '.join(map(str, places))}")
    for place in places:
        for path in _found(place) or [Path(place)]:
            found.setdefault(path.resolve(), path)
    return list(found.values())


def _found(place: str) -> list[Path]:
    path = Path(place)
    if path.is_dir():
        inside = (path / name for name in os.listdir(path))
        return sorted(p for p in inside if p.suffix == ".ipynb" and not p.name.startswith("."))
    if path.exists() or not glob.has_magic(place):
        return [path]
    return sorted(map(Path, glob.glob(place)))


def read_submission(path: Path) -> Submission:
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


def _handed_out(known: dict[str, Any]) -> ProblemSet:
    whole = find_set(known.get("set", ""))
    if "tasks" not in known:
        return whole
    return replace(whole, tasks=tuple(find_task(name) for name in known["tasks"]))


def _read(path: Path) -> NotebookNode:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as of two cells of one id, which is put right
            notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
            nbformat.validate(notebook)
    except OSError as error:
        raise HandoutError(f"{path} cannot be read: {error.strerror or error}") from None
    except Exception as error:  # JSON that is no notebook fails inside nbformat in many ways
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise HandoutError(f"{path} is no valid notebook any more ({reason[:200]})") from None
    return notebook
