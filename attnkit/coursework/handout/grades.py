"""What a grader writes down: a line for each task, with no answer and no message in it."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attnkit.coursework.checking import check
from attnkit.coursework.handout.cells import is_checked
from attnkit.coursework.handout.errors import HandoutError
from attnkit.coursework.handout.splice import function_name
from attnkit.coursework.student import Student, describe, draw_variant
from attnkit.coursework.task import ProblemSet, Task

__all__ = ["COLUMNS", "grades", "refuse_to_lose", "write_grades"]

COLUMNS = ("student", "task", "law", "pass", "variant")


def grades(
    problem_set: ProblemSet, answers: Mapping[str, Any], student: Student | None = None
) -> list[dict[str, str]]:
    """Check every task of the set against the functions that a notebook defined.

    `law` is the law that breaks, else what keeps the answer from being judged, such as "not done
    yet" or "graded by hand"; `pass` is "yes", "no", or empty where a person has to decide.
    """
    return [_grade(task, answers, student) for task in problem_set.tasks]


def _grade(task: Task, answers: Mapping[str, Any], student: Student | None) -> dict[str, str]:
    row = {"task": task.name, "variant": describe(draw_variant(task, student))}
    if not is_checked(task):
        return {**row, "law": "graded by hand", "pass": ""}
    answer = answers.get(function_name(task.placeholder))
    report = check(task.name, answer, student=student)
    if report.passed:
        return {**row, "law": "", "pass": "yes"}
    return {**row, "law": report.law or report.status, "pass": "no"}


def refuse_to_lose(path: Path, *, overwrite: bool) -> None:
    """Raise HandoutError if the table would replace a file, or could not be written at the end."""
    if not path.resolve().parent.is_dir():
        raise HandoutError(f"cannot write {path}: there is no folder {path.parent}")
    if path.exists() and not overwrite:
        raise HandoutError(
            f"{path} is there already, and nothing was written; replace it with --overwrite"
        )


def write_grades(rows: list[dict[str, str]], path: Path) -> str:
    """Write the rows and return a line that says what became of the file.

    Raises
    ------
    HandoutError
        If the file cannot be written.
    """
    done = "replaced" if path.exists() else "wrote"
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, COLUMNS)
            table.writeheader()
            table.writerows({key: _inert(value) for key, value in row.items()} for row in rows)
    except OSError as error:
        raise HandoutError(f"cannot write {path}: {error.strerror or error}") from None
    return f"{done} {path}"


def _inert(text: str) -> str:
    """Keep a spreadsheet from reading what a student chose, such as an id, as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
