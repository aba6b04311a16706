"""Answers in words, collected: task by task, the whole class below each other."""

from collections.abc import Iterator, Sequence

from attnkit.coursework.catalogue import exercise_number
from attnkit.coursework.handout.cells import PROSE, prose_points
from attnkit.coursework.handout.papers import Paper
from attnkit.coursework.student import describe, draw_variant
from attnkit.coursework.task import ProblemSet, Task

__all__ = ["collected"]


def collected(papers: Sequence[Paper]) -> str:
    """Return Markdown with each task in prose, what to look for, and each student's answer."""
    sets = {p.submission.problem_set.name: p.submission.problem_set for p in papers if p.submission}
    lines = ["# Answers in words, to be graded by hand"]
    for problem_set in sets.values():
        for task in problem_set.tasks:
            if prose_points(task):
                lines += _of_task(task, problem_set, papers)
    return "\n\n".join(lines) + "\n"


def _of_task(task: Task, problem_set: ProblemSet, papers: Sequence[Paper]) -> Iterator[str]:
    yield f"## {exercise_number(task)}. {task.title} ({task.name}), {prose_points(task)} points"
    if task.rubric:
        yield "\n".join(f"- {point}" for point in task.rubric)
    for paper in papers:
        handed_out = paper.submission.problem_set if paper.submission else None
        if handed_out and handed_out.name == problem_set.name and task in handed_out.tasks:
            yield f"### {paper.student}\n\n{paper.path}"
            yield from filter(None, [describe(draw_variant(task, paper.submission.student))])
            yield _quoted(_written(task, paper))


def _written(task: Task, paper: Paper) -> str:
    """What stands in the task's part of the notebook beside its statement."""
    texts = [
        cell.source.replace(PROSE, "").strip() + _pasted(cell)
        for cell, part in paper.submission.parts()
        if part == task and cell.cell_type != "code" and cell.get("id") != f"{task.name}-statement"
    ]
    return "\n\n".join(filter(None, texts)) or "(Nothing was written.)"


def _pasted(cell) -> str:
    names = ", ".join(cell.get("attachments", {}))
    return f"\n\n(A picture is pasted into the notebook: {names}.)" if names else ""


def _quoted(text: str) -> str:
    """A quotation, so that no heading of a student's cuts the page."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
