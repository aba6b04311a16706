"""The source notebook of an nbgrader assignment."""

from typing import Any

from nbformat import NotebookNode

from attnkit.coursework.asked import heading, statement
from attnkit.coursework.handout.cells import (
    check_call,
    code,
    drawn,
    explained,
    head,
    introduction,
    is_checked,
    markdown,
    notebook,
    setup,
)
from attnkit.coursework.handout.solutions import Solution
from attnkit.coursework.handout.splice import splice
from attnkit.coursework.task import ProblemSet, Task

__all__ = ["nbgrader_notebook"]


def nbgrader_notebook(
    problem_set: ProblemSet, solutions: dict[str, Solution], salt: str | None = None
) -> NotebookNode:
    """Return what lies in `source/<set>/`: nbgrader cuts the solutions out and runs the tests.

    nbgrader hands one notebook to everybody. With a salt it finds out whose it is when it runs, and
    each student has variants of their own; without, everybody has the first choices. A checked
    function is worth its difficulty in points, prose a point for each line of its rubric.
    """
    cells = head(problem_set, None) if salt is None else _head(problem_set, salt)
    for task in problem_set.tasks:
        varies = salt is not None and task.variants
        cells += _asked_of_everyone(task) if varies else _asked(task)
        cells += _answer(task, solutions[task.name])
    return notebook(problem_set, cells)


def _head(problem_set: ProblemSet, salt: str) -> list[NotebookNode]:
    """Where a student writes an id, and a cell that nbgrader puts back as it was."""
    who = 'MY_ID = ""  # your id in this course; on its JupyterHub it may stay empty'
    source = setup("asked, check, this_student, variant", f"this_student(MY_ID, salt={salt!r})")
    locked = _known_as("setup", "code", locked=True)
    return [introduction(problem_set), code("who", who), code("setup", source, **locked)]


def _asked(task: Task) -> list[NotebookNode]:
    locked = _metadata(task, "statement", "markdown", locked=True)
    return [markdown(f"{task.name}-statement", statement(task, None), **locked), *drawn(task)]


def _asked_of_everyone(task: Task) -> list[NotebookNode]:
    """A text without numbers, and the cell that shows the task with the student's own."""
    text = f"{heading(task)}\n\nRun the cell below: it shows the task with your own numbers."
    locked = _metadata(task, "statement", "markdown", locked=True)
    shows = _metadata(task, "variant", "code", locked=True)
    return [
        markdown(f"{task.name}-statement", text, **locked),
        code(f"{task.name}-variant", f'asked("{task.name}", STUDENT)', **shows),
    ]


def _answer(task: Task, solution: Solution) -> list[NotebookNode]:
    cells = []
    if task.placeholder.strip():
        cut_out = _metadata(task, "answer", "code", solution=True)
        cells.append(code(f"{task.name}-answer", _marked(task, solution), **cut_out))
    if is_checked(task):
        test = _metadata(task, "check", "code", grade=True, locked=True, points=task.difficulty)
        cells.append(code(f"{task.name}-check", f"{check_call(task)}.require()", **test))
    if task.rubric or not cells:
        points = max(len(task.rubric), 1)
        by_hand = _metadata(task, "prose", "markdown", grade=True, solution=True, points=points)
        cells.append(markdown(f"{task.name}-prose", explained(task, solution), **by_hand))
    return cells


def _marked(task: Task, solution: Solution) -> str:
    """Return the solved function, with the marks between which nbgrader cuts."""
    parts = splice(task.placeholder, solution)
    return f"{parts.head}\n    ### BEGIN SOLUTION\n{parts.full}\n    ### END SOLUTION"


def _metadata(task: Task, part: str, cell_type: str, **flags: Any) -> dict[str, Any]:
    """Return cell metadata in the third version of nbgrader's schema."""
    return _known_as(f"{task.name}-{part}", cell_type, **flags)


def _known_as(name: str, cell_type: str, **flags: Any) -> dict[str, Any]:
    meaning = {"grade": False, "solution": False, "locked": False, "task": False, **flags}
    return {"nbgrader": {"schema_version": 3, "grade_id": name, "cell_type": cell_type} | meaning}
