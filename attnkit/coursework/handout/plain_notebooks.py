"""The notebook a student gets, and the one a teacher keeps."""

from nbformat import NotebookNode

from attnkit.coursework.asked import statement
from attnkit.coursework.handout.cells import (
    PROSE,
    check_call,
    code,
    drawn,
    explained,
    head,
    is_checked,
    markdown,
    notebook,
)
from attnkit.coursework.handout.solutions import Solution
from attnkit.coursework.student import Student
from attnkit.coursework.task import ProblemSet, Task

__all__ = ["solution_notebook", "student_notebook"]


def student_notebook(problem_set: ProblemSet, student: Student | None = None) -> NotebookNode:
    """Return what is handed out: it runs from top to bottom before anything is solved."""
    cells = head(problem_set, student)
    for task in problem_set.tasks:
        cells += _asked(task, student) + _room_for_an_answer(task) + _check(task)
    return notebook(problem_set, cells, student)


def solution_notebook(
    problem_set: ProblemSet, solutions: dict[str, Solution], student: Student | None = None
) -> NotebookNode:
    """Return the same notebook with every answer in its place."""
    cells = head(problem_set, student)
    for task in problem_set.tasks:
        answer = _answer(task, solutions[task.name])
        cells += _asked(task, student) + answer + _check(task)
    return notebook(problem_set, cells, student)


def _asked(task: Task, student: Student | None) -> list[NotebookNode]:
    asked = markdown(f"{task.name}-statement", statement(task, student))
    return [asked, *drawn(task)]


def _room_for_an_answer(task: Task) -> list[NotebookNode]:
    cells = []
    if task.placeholder.strip():
        cells.append(code(f"{task.name}-answer", task.placeholder))
    if task.rubric or not cells:
        cells.append(markdown(f"{task.name}-prose", PROSE))
    return cells


def _answer(task: Task, solution: Solution) -> list[NotebookNode]:
    cells = [markdown(f"{task.name}-prose", explained(task, solution))]
    if task.placeholder.strip():
        cells.append(code(f"{task.name}-answer", solution.code))
    return cells


def _check(task: Task) -> list[NotebookNode]:
    return [code(f"{task.name}-check", check_call(task))] if is_checked(task) else []
