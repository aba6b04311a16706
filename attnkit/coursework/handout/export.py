"""Write the notebooks of a problem set, and never over another file unasked."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from unicodedata import category

import nbformat
from nbformat import NotebookNode

from attnkit.coursework.catalogue import nearest
from attnkit.coursework.handout.errors import HandoutError
from attnkit.coursework.handout.for_nbgrader import nbgrader_notebook
from attnkit.coursework.handout.for_otter import otter_notebook
from attnkit.coursework.handout.plain_notebooks import solution_notebook, student_notebook
from attnkit.coursework.handout.solutions import read_solution
from attnkit.coursework.student import Student
from attnkit.coursework.task import ProblemSet

__all__ = ["SOLVED", "chosen", "made", "written"]

SOLVED = {"solution": solution_notebook, "nbgrader": nbgrader_notebook, "otter": otter_notebook}


def chosen(problem_set: ProblemSet, names: Sequence[str]) -> ProblemSet:
    """Return the set with these of its tasks alone, in this order; with all where none is named.

    Raises
    ------
    HandoutError
        If a name is none of the set's tasks, or stands twice.
    """
    if not names:
        return problem_set
    known = {task.name: task for task in problem_set.tasks}
    for place, name in enumerate(names):
        if name not in known:
            raise HandoutError(
                f"the set {problem_set.name!r} has no task {name!r}; {nearest(name, known)}"
            )
        if name in names[:place]:
            raise HandoutError(f"the task {name!r} is named twice")
    return replace(problem_set, tasks=tuple(known[name] for name in names))


def made(
    problem_set: ProblemSet,
    to: str,
    *,
    students: Sequence[Student] = (),
    solutions: Path | None = None,
) -> dict[str, NotebookNode]:
    """Return the notebooks by file name: one, or one for each student.

    nbgrader's is one for all, in which everyone has variants of their own where there are students.

    Parameters
    ----------
    problem_set : ProblemSet
        The master.
    to : str
        "student", or a key of `SOLVED`.
    students : sequence of Student
        Whose variants to draw; without any, the first choices.
    solutions : Path or None
        The teacher's folder, by default the checkout's.

    Raises
    ------
    HandoutError
        If a solution is missing or does not fit its task.
    """
    by_name = {_in_a_name(each): each for each in students}
    salt = students[0].salt if students else None
    make = _maker(problem_set, to, salt, solutions)
    stem = problem_set.name + ("-solution" if to == "solution" else "")
    if to == "nbgrader" or not by_name:
        return {f"{stem}.ipynb": make(None)}
    return {f"{stem}-{name}.ipynb": make(each) for name, each in by_name.items()}


def _maker(
    problem_set: ProblemSet, to: str, salt: str | None, solutions: Path | None
) -> Callable[[Student | None], NotebookNode]:
    """What makes a student's notebook, with the teacher's files read once for all."""
    if to == "student":
        return partial(student_notebook, problem_set)
    solved = {task.name: read_solution(task, solutions) for task in problem_set.tasks}
    if to == "nbgrader":
        return lambda _: nbgrader_notebook(problem_set, solved, salt)
    return partial(SOLVED[to], problem_set, solved)


def written(
    notebooks: dict[str, NotebookNode], folder: Path, *, overwrite: bool = False
) -> list[str]:
    """Write notebooks into a folder and return a line for each, which says what became of it.

    Raises
    ------
    HandoutError
        If the folder cannot be written to, or files of these names are there already; then nothing
        is written.
    """
    there = [name for name in notebooks if (folder / name).exists()]
    if there and not overwrite:
        raise HandoutError(
            f"{folder} holds {', '.join(there)} already, and nothing was written; "
            "choose another folder, or replace them with --overwrite"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, made_notebook in notebooks.items():
            text = nbformat.writes(made_notebook, version=nbformat.NO_CONVERT) + "\n"
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise HandoutError(f"cannot write to {folder}: {error.strerror or error}") from None
    return [f"{'replaced' if name in there else 'wrote'} {folder / name}" for name in notebooks]


def _in_a_name(student: Student) -> str:
    """The id, where it can be part of a file's name: accents that stand alone are letters, too."""
    allowed = all(sign in "._+@-" or category(sign)[0] in "LNM" for sign in student.id)
    if not allowed or category(student.id[0])[0] == "M" or student.id[0] in ".-":
        raise HandoutError(
            "a student's id becomes part of a file's name: it must be made of letters, digits and "
            f". _ + @ -, and start with none of . and -; got {student.id!r}"
        )
    return student.id
