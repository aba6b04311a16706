"""What a teacher should look at: one student twice, or one answer in notebooks of several.

These are notes and no verdicts. Answers are compared without comments, docstrings and layout; short
ones are alike by nature and left out, and so is what was handed out.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from attnkit.coursework.handout.cells import PROSE
from attnkit.coursework.handout.class_list import ClassList
from attnkit.coursework.handout.owners import known_as, owner, senders
from attnkit.coursework.handout.papers import Paper
from attnkit.coursework.task import Task

__all__ = ["Notice", "noticed"]

_SUBSTANTIAL = 200  # signs
_NAMED = 3  # notebooks in one sentence


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


def noticed(papers: Sequence[Paper], class_list: ClassList | None = None) -> list[Notice]:
    """Look through the class: who handed in twice, with whose notebook, and which answers agree."""
    read = [paper for paper in papers if paper.submission is not None]
    return [*_twice(read), *_strayed(read, class_list), *_alike(read)]


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
    owners = list(dict.fromkeys(filter(None, (owner(paper.path) for paper in papers))))
    if len(owners) < 2:
        return ""
    return f"; they came from {' and '.join(owners)}: someone may have handed in another's notebook"


def _strayed(papers: Sequence[Paper], class_list: ClassList | None) -> Iterator[Notice]:
    for paper in filter(lambda paper: paper.named, papers):
        ids = senders(paper.path, class_list)
        if ids and known_as(paper.student) not in map(known_as, ids):
            text = f"made for {paper.student}, handed in by {' or '.join(ids)}"
            yield Notice(f"{paper.path} was {text}", {str(paper.path): text})


def _alike(papers: Sequence[Paper]) -> Iterator[Notice]:
    """Each group of notebooks that share answers, of two students at least, with all they share."""
    answers = defaultdict(list)
    for paper in papers:
        for what, text in _answers(paper):
            if len(text) >= _SUBSTANTIAL:
                answers[what, text].append(paper)
    shared = defaultdict(list)
    for (what, _), several in answers.items():
        if len({paper.student for paper in several}) > 1:
            shared[tuple(str(paper.path) for paper in several)].append(what)
    for files, what in shared.items():
        same = ", ".join(what)
        brief = _brief(f"the same as in {{}}: {same}", files)
        yield Notice(f"the same in {_listed(files)}: {same}", brief)


def _answers(paper: Paper) -> Iterator[tuple[str, str]]:
    for task in paper.submission.problem_set.tasks:
        yield f"{task.name} (code)", _code(task, paper)
        yield f"{task.name} (words)", _words(task, paper)


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


def _brief(text: str, files: Sequence[str]) -> dict[str, str]:
    return {
        file: text.format(_listed([other for other in files if other != file])) for file in files
    }


def _listed(files: Sequence[str]) -> str:
    more = len(files) - _NAMED
    return ", ".join(files[:_NAMED]) + (f" and {more} more" if more > 0 else "")
