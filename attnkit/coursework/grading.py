"""The command `attnkit coursework grade`."""

import argparse
import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attnkit.coursework.handout import HandoutError
from attnkit.coursework.options import add_class_list, class_list_of, needing_jupyter

__all__ = ["add_grade"]

_NAMED = 20  # files in one sentence


def add_grade(parts: Any) -> None:
    """Add `grade` to the commands."""
    grade = parts.add_parser(
        "grade", help="run students' notebooks here and write which law each answer breaks"
    )
    grade.add_argument(
        "notebooks", nargs="+", metavar="NOTEBOOK", help="files, folders, archives, or patterns"
    )
    grade.add_argument("--csv", required=True, type=Path, metavar="FILE", help="a line a task")
    grade.add_argument("--summary", type=Path, metavar="FILE", help="a line a student, with points")
    grade.add_argument("--prose", type=Path, metavar="FILE", help="the answers in words, collected")
    grade.add_argument(
        "--gradebook", type=Path, metavar="FILE", help="points for Moodle or Canvas to import"
    )
    add_class_list(grade)
    grade.add_argument("--assignment", metavar="NAME", help="its column; default: the set's title")
    grade.add_argument(
        "--excel", action="store_true", help="let Excel see that the tables are in UTF-8"
    )
    grade.add_argument(
        "--workers", type=_count, metavar="N", help="notebooks at a time; default: one a core"
    )
    grade.add_argument("--overwrite", action="store_true", help="replace files that are there")
    grade.set_defaults(action=_grade, mistakes=HandoutError)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"must be a number from 1 to 1024, got {text!r}")
    return int(text)


def _grade(options: argparse.Namespace) -> int:
    files = _files(options)
    journal = needing_jupyter("journal").Journal(options.csv)
    _refuse_to_lose(files, journal, overwrite=options.overwrite)
    class_list = class_list_of(options)
    if (class_list is None) != (options.gradebook is None):
        raise HandoutError("--gradebook and --student-file go together: its lines are the class's")
    if class_list is not None:
        needing_jupyter("gradebook").require_headings(class_list)
    paths, passed_over = needing_jupyter("found").looked_through(options.notebooks)
    if passed_over:
        needing_jupyter("progress").say(_passed_over(passed_over))
    papers, stopped = _marked(paths, journal, options.workers)
    if not any(path.exists() for path in paths):
        raise HandoutError(f"no notebook could be graded, and {options.csv} was not written")
    _write(papers, None if stopped else class_list, options)
    if stopped:
        journal.stopped([path for path in files if path != options.gradebook])
        raise KeyboardInterrupt(
            f"stopped; {options.csv} holds what was graded until then, and the same command goes on"
        )
    journal.finished()
    return 0 if all(paper.whole for paper in papers) else 1


def _passed_over(files: Sequence[Any]) -> str:
    named = ", ".join(map(str, files[:_NAMED]))
    more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
    return f"passed over, as no notebooks: {named}{more}"


def _marked(paths: Sequence[Any], journal: Any, workers: int | None) -> tuple[list, bool]:
    """Every paper, and whether the grader was stopped before all had their turn."""
    progress, together = needing_jupyter("progress"), needing_jupyter("together")
    found = journal.known(paths)
    if found:
        progress.say(f"{len(found)} notebooks were graded before, as {journal.path} says")
    todo: Mapping = {place: path for place, path in enumerate(paths) if place not in found}
    marking = together.all_marked(todo, workers or together.cores())
    try:
        with progress.Progress(len(paths), len(found)) as shown, contextlib.closing(marking):
            for place, paper in marking:
                found[place] = paper
                journal.note(paper)
                shown.step(paper)
    except KeyboardInterrupt:
        pass
    left_over = needing_jupyter("papers").left_over
    papers = [found.get(place) or left_over(path) for place, path in enumerate(paths)]
    return papers, len(found) < len(paths)


def _write(papers: list, class_list: Any, options: argparse.Namespace) -> None:
    tables, say = needing_jupyter("tables"), needing_jupyter("progress").say
    encoding = tables.FOR_EXCEL if options.excel else tables.PLAIN
    books = needing_jupyter("gradebook")
    book = class_list and books.gradebook(class_list, papers, options.assignment)
    notices = needing_jupyter("likeness").noticed(papers, class_list)
    for notice in notices:
        say(notice.sentence)
    rows = [row for paper in papers for row in paper.rows]
    print(needing_jupyter("grades").write_grades(rows, options.csv, encoding=encoding))
    if options.summary:
        columns, lines = needing_jupyter("summary").summary(papers, notices)
        print(tables.write_table(lines, columns, options.summary, encoding=encoding))
    if options.prose:
        text = needing_jupyter("prose").collected(papers)
        print(tables.write_text(text, options.prose))
    if book:
        for sentence in book.left_out:
            say(f"not in {options.gradebook}: {sentence}")
        print(tables.write_table(book.rows, book.columns, options.gradebook))


def _files(options: argparse.Namespace) -> list[Path]:
    named = (options.csv, options.summary, options.prose, options.gradebook)
    return [path for path in named if path]


def _refuse_to_lose(files: Sequence[Path], journal: Any, *, overwrite: bool) -> None:
    tables = needing_jupyter("tables")
    for place, path in enumerate(files):
        tables.refuse_to_lose(path, overwrite=overwrite or journal.wrote(path))
        if path.resolve() in [other.resolve() for other in files[:place]]:
            raise HandoutError(f"{path} is named twice: each table needs a file of its own")
