"""What a teacher should look at: one student twice, or one answer in notebooks of several.

These are notes and no verdicts. Answers are compared without comments, docstrings and layout; short
ones are alike by nature and left out, and so is what was handed out.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from attnkit.coursework.handout.cells import PROSE
from attnkit.coursework.handout.papers import Paper
from attnkit.coursework.task import Task

__all__ = ["Notice", "noticed"]

_SUBSTANTIAL = 200  # signs
_NAMED = 3  # notebooks in one sentence
_FOLDERS = (
    re.compile(r"^(.+)_\d+_assignsubmission_"),  # Moodle's, one for each student
    re.compile(r"^([^_]+)(?:_LATE)?_\d+_\d+_"),  # Canvas's, in front of each file
)


@dataclass(frozen=True)
class Notice:
    """Something to look at.

    Parameters
    ----------
    sentence : str
        What was found, and in which notebooks.
    brief : dict
        The same for the line of each notebook, by its file.
    """

    sentence: str
    brief: dict[str, str]


def noticed(papers: Sequence[Paper]) -> list[Notice]:
    """Look through the class: who handed in twice, with whose notebook, and which answers agree."""
    read = [paper for paper in papers if paper.submission is not None]
    return [*_twice(read), *_strayed(read), *_alike(read)]


def _twice(papers: Sequence[Paper]) -> Iterator[Notice]:
    found = defaultdict(list)
    for paper in papers:
        found[paper.student, paper.submission.problem_set.name].append(paper)
    for (student, name), several in found.items():
        if len(several) > 1:
            files = [str(paper.path) for paper in several]
            copied = _from_several(several)
            sentence = (
                f"{student} handed in {name} {len(files)} times, as {' and '.join(files)}: all are "
                f"in the table, and you decide which counts{copied}"
            )
            yield Notice(sentence, _brief("handed in as {} too", files))


def _from_several(papers: Sequence[Paper]) -> str:
    owners = list(dict.fromkeys(filter(None, map(_owner, papers))))
    if len(owners) < 2:
        return ""
    return f"; they came from {' and '.join(owners)}: someone may have handed in another's notebook"


def _strayed(papers: Sequence[Paper]) -> Iterator[Notice]:
    """In nbgrader's folders the second name is the student's id."""
    for paper in papers:
        made_for, parts = paper.submission.student, str(paper.path).split("/")
        if made_for and parts[-4:-3] == ["submitted"] and parts[-3] != made_for.id:
            text = f"made for {made_for.id}, handed in by {parts[-3]}"
            yield Notice(f"{paper.path} was {text}", {str(paper.path): text})


def _owner(paper: Paper) -> str:
    """Who handed it in, as far as a learning platform says so in the names it gives."""
    parts = str(paper.path).split("/")
    if parts[-4:-3] == ["submitted"]:
        return parts[-3]
    found = [pattern.match(part) for part in parts for pattern in _FOLDERS]
    return next((each[1] for each in reversed(found) if each), "")


def _alike(papers: Sequence[Paper]) -> Iterator[Notice]:
    found = defaultdict(list)
    for paper in papers:
        for task in paper.submission.problem_set.tasks:
            for text in (_code(task, paper), _words(task, paper)):
                if len(text) >= _SUBSTANTIAL:
                    found[task.name, text].append(paper)
    for (task, _), several in found.items():
        if len({paper.student for paper in several}) > 1:
            files = [str(paper.path) for paper in several]
            sentence = f"the answers to {task} are the same in {_listed(files)}"
            yield Notice(sentence, _brief(f"{task} is the same as in {{}}", files))


def _code(task: Task, paper: Paper) -> str:
    """What the task's part of the notebook computes, layout and comments aside."""
    ours = (f"{task.name}-variant", f"{task.name}-check")
    cells = [
        _bare(cell.source)
        for cell, part in paper.submission.parts()
        if part == task and cell.cell_type == "code" and cell.get("id") not in ours
    ]
    return "\n".join(text for text in cells if text and text != _bare(task.placeholder))


def _bare(source: str) -> str:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [line for line in body if not _is_a_text(line)] or [ast.Pass()]
    return ast.unparse(tree)


def _is_a_text(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def _words(task: Task, paper: Paper) -> str:
    texts = [
        cell.source.replace(PROSE, "")
        for cell, part in paper.submission.parts()
        if part == task and cell.cell_type == "markdown"
        if cell.get("id") != f"{task.name}-statement"
    ]
    return " ".join(" ".join(texts).split())


def _brief(text: str, files: list[str]) -> dict[str, str]:
    return {
        file: text.format(_listed([other for other in files if other != file])) for file in files
    }


def _listed(files: list[str]) -> str:
    more = len(files) - _NAMED
    return ", ".join(files[:_NAMED]) + (f" and {more} more" if more > 0 else "")
