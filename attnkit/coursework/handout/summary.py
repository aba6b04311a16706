"""The class at a glance: a line for each notebook, with points."""

from collections.abc import Sequence

from attnkit.coursework.handout.cells import is_checked, prose_points
from attnkit.coursework.handout.likeness import Notice
from attnkit.coursework.handout.papers import Paper

__all__ = ["COLUMNS", "summary"]

COLUMNS = ("student", "set", "points", "of", "by hand", "note", "notebook")


def summary(
    papers: Sequence[Paper], notices: Sequence[Notice] = ()
) -> tuple[list[str], list[dict[str, object]]]:
    """Return columns and rows: what each student has, out of what, and what a person has to add.

    A checked function is worth its difficulty, as with nbgrader and Otter; prose a point for each
    line of its rubric. After the fixed columns there is one for each checked task of the sets.
    """
    tasks = {
        task.name: None
        for paper in papers
        if paper.submission
        for task in paper.submission.problem_set.tasks
        if is_checked(task)
    }
    return [*COLUMNS, *tasks], [_line(paper, notices) for paper in papers]


def _line(paper: Paper, notices: Sequence[Notice]) -> dict[str, object]:
    fixed = {"student": paper.student, "notebook": paper.path, "note": _note(paper, notices)}
    if paper.submission is None:
        return fixed
    problem_set = paper.submission.problem_set
    checked = {task.name: task for task in problem_set.tasks if is_checked(task)}
    points = {
        row["task"]: int(row["points"])
        for row in paper.rows
        if row["task"] in checked and row["points"]
    }
    return {
        **fixed,
        "set": problem_set.name,
        "points": sum(points.values()) if points or not checked else "",
        "of": sum(task.difficulty for task in checked.values()),
        "by hand": sum(map(prose_points, problem_set.tasks)),
        **points,
    }


def _note(paper: Paper, notices: Sequence[Notice]) -> str:
    told = [notice.brief.get(str(paper.path), "") for notice in notices]
    return "; ".join(filter(None, [_left_out(paper), *told]))


def _left_out(paper: Paper) -> str:
    reasons = [row["law"] for row in paper.rows if row["law"].startswith("not graded")]
    if not reasons:
        return ""
    share = "" if len(reasons) == len(paper.rows) else f"{len(reasons)} of {len(paper.rows)} tasks "
    return share + reasons[0]
