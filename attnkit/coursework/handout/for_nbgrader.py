"""The source notebook of an nbgrader assignment."""

from typing import Any

from nbformat import NotebookNode

from attnkit.coursework.handout.cells import (
    check_call,
    code,
    drawn,
    explained,
    head,
    is_checked,
    markdown,
    notebook,
    statement,
)
from attnkit.coursework.handout.solutions import Solution
from attnkit.coursework.handout.splice import splice
from attnkit.coursework.student import Student
from attnkit.coursework.task import ProblemSet, Task

__all__ = ["nbgrader_notebook"]


def nbgrader_notebook(
    problem_set: ProblemSet, solutions: dict[str, Solution], student: Student | None = None
) -> NotebookNode:
    """Return what lies in `source/<set>/`: nbgrader cuts the solutions out and runs the tests.

    A checked function is worth its difficulty in points, prose a point for each line of its rubric.
    """
    cells = head(problem_set, student)
    for task in problem_set.tasks:
        locked = _metadata(task, "statement", "markdown", locked=True)
        asked = markdown(f"{task.name}-statement", statement(task, student), **locked)
        cells += [asked, *drawn(task), *_answer(task, solutions[task.name])]
    return notebook(problem_set, cells, student)


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
    meaning = {"grade": False, "solution": False, "locked": False, "task": False, **flags}
    name = {"schema_version": 3, "grade_id": f"{task.name}-{part}", "cell_type": cell_type}
    return {"nbgrader": name | meaning}
