"""What became of a notebook: every one that was handed in ends in the table, or has a reason."""

from collections.abc import Callable
from dataclasses import dataclass

from attnkit.coursework.handout.errors import HandoutError
from attnkit.coursework.handout.found import File
from attnkit.coursework.handout.grades import not_graded
from attnkit.coursework.handout.process import Cold
from attnkit.coursework.handout.run import outcome
from attnkit.coursework.handout.submission import Submission, read_submission
from attnkit.coursework.handout.warm import Warm

__all__ = ["Paper", "left_over", "marked"]


@dataclass(frozen=True)
class Paper:
    """One notebook of the class, marked.

    Parameters
    ----------
    path : File
        The file, or the part of an archive.
    student : str
        Whose it is; the path where nobody is named.
    rows : list of dict
        A line for each task, or one for a notebook that could not be read.
    troubles : list of str
        What went wrong, a sentence each.
    submission : Submission or None
        What was read, None where nothing could be.
    """

    path: File
    student: str
    rows: list[dict[str, str]]
    troubles: list[str]
    submission: Submission | None = None

    @property
    def named(self) -> bool:
        """Whether it is known whose it is."""
        return self.student != str(self.path)

    @property
    def whole(self) -> bool:
        """Whether everything in it was graded."""
        return not any(row["law"].startswith("not graded") for row in self.rows)


def marked(path: File, desk: Warm | Cold, stop: Callable[[], bool]) -> Paper:
    """Run and judge a notebook; one that cannot be graded has a line that says why."""
    try:
        submission = read_submission(path)
        found = outcome(submission, desk, stop)
    except HandoutError as error:
        return _unread(path, str(error))
    except Exception as error:  # an error of the grader's own must not cost the class its grades
        return _unread(path, f"{path}: {type(error).__name__}: {error}")
    rows = [{**row, "notebook": str(path)} for row in found.rows]
    return Paper(path, found.student, rows, found.troubles, submission)


def left_over(path: File) -> Paper:
    """The paper of a notebook that had not had its turn when the run was stopped."""
    return _unread(path, f"{path}: the grader was stopped before its turn")


def _unread(path: File, reason: str) -> Paper:
    short = reason.removeprefix(str(path)).lstrip(": ")
    row = not_graded(short) | {"student": str(path), "notebook": str(path)}
    return Paper(path, str(path), [row], [reason])
