"""The master notebook of an Otter assignment."""

from nbformat import NotebookNode

from attnkit.coursework.asked import statement
from attnkit.coursework.handout.cells import (
    check_call,
    code,
    drawn,
    explained,
    head,
    is_checked,
    markdown,
    notebook,
    raw,
)
from attnkit.coursework.handout.solutions import Solution
from attnkit.coursework.handout.splice import splice
from attnkit.coursework.student import Student
from attnkit.coursework.task import ProblemSet, Task

__all__ = ["otter_notebook"]

_CONFIG = """
# ASSIGNMENT CONFIG
name: {name}
solutions_pdf: false
export_cell:
  pdf: false
generate:
  pdf: false
"""


def otter_notebook(
    problem_set: ProblemSet, solutions: dict[str, Solution], student: Student | None = None
) -> NotebookNode:
    """Return what `otter assign` reads: it cuts the solutions out and packs the tests.

    A student's tests name the student, so that they hold whatever the notebook says.
    A checked function is worth its difficulty in points, prose a point for each line of its rubric.
    """
    whose = f"Student({student.id!r}, salt={student.salt!r})" if student else "STUDENT"
    cells = [raw("config", _CONFIG.format(name=problem_set.name)), *head(problem_set, student)]
    for task in problem_set.tasks:
        cells.append(markdown(f"{task.name}-statement", statement(task, student)))
        cells += drawn(task) + _answer(task, solutions[task.name], whose)
    return notebook(problem_set, cells, student)


def _answer(task: Task, solution: Solution, whose: str) -> list[NotebookNode]:
    cells = []
    if task.placeholder.strip():
        cells += _function(task, solution, whose)
    if task.rubric or not cells:
        cells += _prose(task, solution)
    return cells


def _function(task: Task, solution: Solution, whose: str) -> list[NotebookNode]:
    asked = markdown(f"{task.name}-ask", "Write the function below.")
    solved = [code(f"{task.name}-answer", _marked(task, solution))]
    cells = [asked, *_block(f"{task.name}-solution", "SOLUTION", solved)]
    if is_checked(task):
        test = code(f"{task.name}-check", f"{check_call(task, whose)}.require()")
        cells += _block(f"{task.name}-tests", "TESTS", [test])
    config = f"name: {task.name}\npoints: {task.difficulty}"
    return _block(f"{task.name}-question", "QUESTION", cells, config)


def _prose(task: Task, solution: Solution) -> list[NotebookNode]:
    name = f"{task.name}-prose"
    asked = markdown(f"{name}-ask", "Answer in words below.")
    solved = _block(f"{name}-solution", "SOLUTION", [markdown(name, explained(task, solution))])
    config = f"name: {name}\nmanual: true\npoints: {max(len(task.rubric), 1)}"
    return _block(f"{name}-question", "QUESTION", [asked, *solved], config)


def _marked(task: Task, solution: Solution) -> str:
    """Return the solved function with Otter's marks; the string is what a student sees instead."""
    parts = splice(task.placeholder, solution)
    return (
        f"{parts.head}\n    # BEGIN SOLUTION NO PROMPT\n{parts.full}\n    # END SOLUTION\n"
        f"    '''  # BEGIN PROMPT\n{parts.empty}\n    '''  # END PROMPT"
    )


def _block(name: str, kind: str, cells: list[NotebookNode], config: str = "") -> list[NotebookNode]:
    begin = raw(f"{name}-begin", f"# BEGIN {kind}\n{config}")
    return [begin, *cells, raw(f"{name}-end", f"# END {kind}")]
