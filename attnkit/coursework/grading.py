"""The command `attnkit coursework grade`."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attnkit.coursework.handout import HandoutError

__all__ = ["add_grade", "needing_jupyter"]


def add_grade(parts: Any) -> None:
    """Add `grade` to the commands."""
    grade = parts.add_parser(
        "grade", help="run students' notebooks here and write which law each answer breaks"
    )
    grade.add_argument(
        "notebooks", nargs="+", metavar="NOTEBOOK", help="files, folders of them, or patterns"
    )
    grade.add_argument("--csv", required=True, type=Path, metavar="FILE", help="a line a task")
    grade.add_argument("--summary", type=Path, metavar="FILE", help="a line a student, with points")
    grade.add_argument("--prose", type=Path, metavar="FILE", help="the answers in words, collected")
    grade.add_argument("--overwrite", action="store_true", help="replace files that are there")
    grade.set_defaults(action=_grade, mistakes=HandoutError)


def _grade(options: argparse.Namespace) -> int:
    submission, papers = needing_jupyter("submission"), needing_jupyter("papers")
    _refuse_to_lose(options)
    paths = submission.notebooks_in(options.notebooks)
    found, stopped = _marked(papers, paths)
    if not any(path.exists() for path in paths):
        raise HandoutError(f"no notebook could be graded, and {options.csv} was not written")
    for sentence in papers.twice(found):
        _say(sentence)
    _write(found, options)
    if stopped:
        raise KeyboardInterrupt(f"stopped; {options.csv} holds what was graded until then")
    return 0 if all(paper.whole for paper in found) else 1


def _write(found: list, options: argparse.Namespace) -> None:
    grades = needing_jupyter("grades")
    print(grades.write_grades([row for paper in found for row in paper.rows], options.csv))
    if options.summary:
        columns, lines = needing_jupyter("summary").summary(found)
        print(needing_jupyter("tables").write_table(lines, columns, options.summary))
    if options.prose:
        text = needing_jupyter("prose").collected(found)
        print(needing_jupyter("tables").write_text(text, options.prose))


def _marked(papers: Any, paths: Sequence[Path]) -> tuple[list, bool]:
    """Every paper, and whether the grader was stopped before all had their turn."""
    found = []
    try:
        for paper in papers.marked(paths, _say):
            found.append(paper)
    except KeyboardInterrupt:
        return [*found, *papers.left_over(paths[len(found) :])], True
    return found, False


def _refuse_to_lose(options: argparse.Namespace) -> None:
    tables = needing_jupyter("tables")
    files = [each for each in (options.csv, options.summary, options.prose) if each]
    for place, path in enumerate(files):
        tables.refuse_to_lose(path, overwrite=options.overwrite)
        if path.resolve() in [other.resolve() for other in files[:place]]:
            raise HandoutError(f"{path} is named twice: each table needs a file of its own")


def _say(sentence: str) -> None:
    print(f"attnkit: {sentence}", file=sys.stderr, flush=True)


def needing_jupyter(name: str) -> Any:
    """Import a part of the handout that needs what comes with JupyterLab."""
    try:
        return importlib.import_module(f"attnkit.coursework.handout.{name}")
    except ImportError as error:
        raise HandoutError(
            f"notebooks need {error.name}, which comes with `pip install 'attnkit[notebooks]'`"
        ) from None
