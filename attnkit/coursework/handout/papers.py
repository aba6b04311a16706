"""The whole class: every notebook that was handed in ends in the table, graded or with a reason."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from attnkit.coursework.handout.errors import HandoutError
from attnkit.coursework.handout.grades import not_graded
from attnkit.coursework.handout.run import outcome
from attnkit.coursework.handout.submission import Submission, read_submission

__all__ = ["Paper", "left_over", "marked", "twice"]


@dataclass(frozen=True)
class Paper:
    """One notebook of the class, marked.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    student : str
        Whose it is; the path where nobody is named.
    rows : list of dict
        A line for each task, or one for a notebook that could not be read.
    troubles : list of str
        What went wrong, a sentence each.
    submission : Submission or None
        What was read, None where nothing could be.
    """

    path: Path
    student: str
    rows: list[dict[str, str]]
    troubles: list[str]
    submission: Submission | None = None

    @property
    def whole(self) -> bool:
        """Whether everything in it was graded."""
        return not any(row["law"].startswith("not graded") for row in self.rows)


def marked(paths: Sequence[Path], say: Callable[[str], None]) -> Iterator[Paper]:
    """Run and judge each notebook in turn; one that cannot be graded stops no other."""
    for place, path in enumerate(paths, start=1):
        say(f"running {path} ({place} of {len(paths)})")
        paper = _marked(path)
        for trouble in paper.troubles:
            say(trouble if str(path) in trouble else f"{path}: {trouble}")
        yield paper


def _marked(path: Path) -> Paper:
    try:
        submission = read_submission(path)
        found = outcome(submission)
    except HandoutError as error:
        return _unread(path, str(error))
    except Exception as error:  # an error of the grader's own must not cost the class its grades
        return _unread(path, f"{path}: {type(error).__name__}: {error}")
    rows = [{**row, "notebook": str(path)} for row in found.rows]
    return Paper(path, found.student, rows, found.troubles, submission)


def _unread(path: Path, reason: str) -> Paper:
    short = reason.removeprefix(str(path)).lstrip(": ")
    row = {"student": str(path), **not_graded(short), "notebook": str(path)}
    return Paper(path, str(path), [row], [reason])


def left_over(paths: Sequence[Path]) -> list[Paper]:
    """The papers of a run that was stopped before their turn."""
    return [_unread(path, f"{path}: the grader was stopped before its turn") for path in paths]


def twice(papers: Sequence[Paper]) -> Iterator[str]:
    """Say which student handed in the same set more than once."""
    found = defaultdict(list)
    for paper in papers:
        if paper.submission is not None:
            found[paper.student, paper.submission.problem_set.name].append(str(paper.path))
    for (student, name), paths in found.items():
        if len(paths) > 1:
            yield (
                f"{student} handed in {name} {len(paths)} times, as {' and '.join(paths)}: all are "
                "in the table, and you decide which counts"
            )
