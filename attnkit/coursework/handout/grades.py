"""What a grader writes down: a line for each task, with no answer and no message in it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attnkit.coursework.catalogue import find_task
from attnkit.coursework.checking import check
from attnkit.coursework.handout.cells import is_checked, prose_points
from attnkit.coursework.handout.splice import function_name
from attnkit.coursework.handout.tables import PLAIN, write_table
from attnkit.coursework.report import Report
from attnkit.coursework.student import Student, describe, draw_variant
from attnkit.coursework.task import ProblemSet, Task

__all__ = ["COLUMNS", "by_hand", "grades", "judged", "not_graded", "row_of", "write_grades"]

COLUMNS = ("student", "task", "law", "pass", "points", "of", "variant", "notebook")


def grades(
    problem_set: ProblemSet, answers: Mapping[str, Any], student: Student | None = None
) -> list[dict[str, str]]:
    """Check every task of the set against functions, given by their names.

    `law` is the law that breaks, else what keeps the answer from being judged, such as "too slow",
    "not done yet", "graded by hand" or "not graded: its kernel died"; `pass` is "yes", "no", or
    empty where a person has to decide.
    """
    return [_grade(task, answers, student) for task in problem_set.tasks]


def _grade(task: Task, answers: Mapping[str, Any], student: Student | None) -> dict[str, str]:
    if not is_checked(task):
        return by_hand(task, student)
    return row_of(judged(task, answers.get(function_name(task.placeholder)), student))


def judged(task: Task, answer: Any, student: Student | None) -> Report:
    """Check an answer; whatever it raises past the check, an interruption, say, is its failure."""
    try:
        return check(task.name, answer, student=student)
    except BaseException as error:
        message = f"the answer raised {type(error).__name__}"
        return Report(task.name, "failed", message=message, variant=draw_variant(task, student))


def row_of(report: Report) -> dict[str, str]:
    """Return the line of a report."""
    worth = find_task(report.task).difficulty
    row = {"task": report.task, "variant": describe(report.variant), "of": str(worth)}
    if report.passed:
        return {**row, "law": "", "pass": "yes", "points": str(worth)}
    law = "too slow" if report.too_slow else report.law
    law = law or (report.message if report.status == "failed" else report.status)
    return {**row, "law": law, "pass": "no", "points": "0"}


def by_hand(task: Task, student: Student | None) -> dict[str, str]:
    """Return the line of a task that a person grades."""
    return {**_undecided(task, student), "law": "graded by hand"}


def not_graded(
    reason: str, task: Task | None = None, student: Student | None = None
) -> dict[str, str]:
    """Return the line of what could not be judged: a task, or without one a whole notebook."""
    row = _undecided(task, student) if task else dict.fromkeys(COLUMNS, "")
    return {**row, "law": f"not graded: {reason}"}


def _undecided(task: Task, student: Student | None) -> dict[str, str]:
    worth = task.difficulty if is_checked(task) else prose_points(task)
    variant = describe(draw_variant(task, student))
    return {"task": task.name, "variant": variant, "pass": "", "points": "", "of": str(worth)}


def write_grades(rows: Iterable[Mapping[str, str]], path: Path, *, encoding: str = PLAIN) -> str:
    """Write the rows and return a line that says what became of the file.

    Raises
    ------
    HandoutError
        If the file cannot be written.
    """
    return write_table(rows, COLUMNS, path, encoding=encoding)
