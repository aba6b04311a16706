"""Run a notebook that was handed in, and judge each answer by what its own cell defined."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from attnkit.coursework.handout import watch
from attnkit.coursework.handout.cells import check_call, is_checked
from attnkit.coursework.handout.errors import HandoutError
from attnkit.coursework.handout.found import File
from attnkit.coursework.handout.grades import by_hand, not_graded
from attnkit.coursework.handout.process import Cold
from attnkit.coursework.handout.submission import Submission, read_submission
from attnkit.coursework.handout.warm import Warm
from attnkit.coursework.task import Task

__all__ = ["Outcome", "graded", "job", "outcome"]


@dataclass(frozen=True)
class Outcome:
    """What became of a notebook.

    Parameters
    ----------
    student : str
        The id it was made for; in one made for nobody, whom `STUDENT` names; else its path.
    rows : list of dict
        A line for each task.
    troubles : list of str
        What its cells raised, and why the run ended before its time.
    judged : bool
        Whether the run came as far as judging an answer.
    """

    student: str
    rows: list[dict[str, str]]
    troubles: list[str]
    judged: bool


def graded(path: File) -> tuple[list[dict[str, str]], list[str]]:
    """Run the notebook in an empty folder; return a row for each task, and what its cells raised.

    An answer is what the task's own part of the notebook defines before its check, judged as soon
    as that part has run; what later cells do to its name does not count, unless nothing was done
    there. A cell that raises, or takes more than two minutes, stops no other.

    Raises
    ------
    HandoutError
        If the file is no notebook, or none of a problem set, or its kernel dies at once.
    """
    found = outcome(read_submission(path), Cold())
    if not found.judged:
        raise HandoutError(f"{path}: {found.troubles[-1]}; it was not graded")
    return found.rows, found.troubles


def outcome(
    submission: Submission, desk: Warm | Cold, stop: Callable[[], bool] = lambda: False
) -> Outcome:
    """Run a submission, and tell what was found for each of its tasks.

    Raises
    ------
    KeyboardInterrupt
        As soon as `stop` says so.
    """
    told = watch.run_session(job(submission), desk, stop)
    made_for = submission.student
    student = made_for.id if made_for else told.student or str(submission.path)
    tasks = submission.problem_set.tasks
    rows = [{"student": student, **_row(task, submission, told)} for task in tasks]
    troubles = [_trouble(place, error, told) for place, error in told.raised.items()]
    troubles += [told.ended] if told.ended else []
    return Outcome(student, rows, troubles, bool(told.rows) or not told.ended)


def _trouble(place: int, error: str, told: watch.Told) -> str:
    return _late(place) if place in told.stopped else f"cell {place} raised {error}"


def _late(place: int) -> str:
    return f"cell {place} took more than {watch.CELL_SECONDS:g} seconds"


def _row(task: Task, submission: Submission, told: watch.Told) -> dict[str, str]:
    if not is_checked(task):
        return by_hand(task, submission.student)
    row = told.rows.get(task.name)
    if row is None:
        return not_graded(told.ended, task, submission.student)
    late = told.stopped & _places(task, submission)
    if late and row["law"] == "not done yet":
        return not_graded(_late(min(late)), task, submission.student)
    return row


def _places(task: Task, submission: Submission) -> set[int]:
    return {place for place, (_, part) in enumerate(submission.parts(), 1) if part == task}


def job(submission: Submission) -> dict[str, Any]:
    """Return what a session has to do, step by step."""
    student = submission.student
    checked = [task for task in submission.problem_set.tasks if is_checked(task)]
    due = {task.name: _judged_after(task, submission) for task in checked}
    steps = []
    for place, (cell, part) in enumerate(submission.parts(), start=1):
        if cell.cell_type == "code" and not _is_our_check(cell, part):
            name = part.name if part else None
            steps.append({"do": "run", "cell": place, "source": cell.source, "part": name})
        steps += [{"do": "judge", "task": name} for name in due if due[name] == place]
    steps += [{"do": "judge", "task": name} for name in due if not due[name]]
    whose = student and {"id": student.id, "salt": student.salt}
    return {"tasks": list(due), "student": whose, "steps": steps}


def _is_our_check(cell: NotebookNode, part: Task | None) -> bool:
    """A check as it was handed out: the grader makes its own in its place."""
    return bool(
        part
        and is_checked(part)
        and cell.get("id") == f"{part.name}-check"
        and cell.source.strip() == check_call(part)
    )


def _judged_after(task: Task, submission: Submission) -> int:
    """The place of the task's check, or of the last cell in its part; 0 if there is neither."""
    name = f"{task.name}-check"
    checks = [place for place, cell in enumerate(submission.cells, 1) if cell.get("id") == name]
    return min(checks, default=max(_places(task, submission), default=0))
