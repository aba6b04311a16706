"""The commands `attnkit coursework list | export | grade`."""

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

from attnkit.coursework.catalogue import find_set, problem_sets
from attnkit.coursework.handout import HandoutError
from attnkit.coursework.student import Student
from attnkit.coursework.task import ProblemSet

__all__ = ["add_commands"]

_FORMATS = ("student", "solution", "nbgrader", "otter")


def add_commands(actions: Any) -> None:
    """Add `coursework` to the command line."""
    coursework = actions.add_parser("coursework", help="hand out problem sets and grade them")
    parts = coursework.add_subparsers(required=True, metavar="list | export | grade")
    listing = parts.add_parser("list", help="show the problem sets and their tasks")
    listing.set_defaults(action=_list, mistakes=HandoutError)
    _add_export(parts)
    _add_grade(parts)


def _add_export(parts: Any) -> None:
    export = parts.add_parser("export", help="write a problem set as notebooks")
    export.add_argument("set", metavar="SET", type=_set, help="as `attnkit coursework list` has it")
    export.add_argument("--to", required=True, choices=_FORMATS)
    export.add_argument("--out", required=True, type=Path, metavar="DIR")
    export.add_argument(
        "--student", nargs="+", default=[], metavar="ID", help="a notebook each, with own variants"
    )
    export.add_argument("--salt", metavar="WORD", help="the course's own, with --student")
    export.add_argument(
        "--solutions", type=Path, metavar="DIR", help="default: teacher/solutions of the checkout"
    )
    export.add_argument("--overwrite", action="store_true", help="replace notebooks that are there")
    export.set_defaults(action=_export, mistakes=HandoutError)


def _add_grade(parts: Any) -> None:
    grade = parts.add_parser(
        "grade", help="run students' notebooks here and write which law each answer breaks"
    )
    grade.add_argument(
        "notebooks", nargs="+", metavar="NOTEBOOK", help="files, folders of them, or patterns"
    )
    grade.add_argument("--csv", required=True, type=Path, metavar="FILE")
    grade.add_argument("--overwrite", action="store_true", help="replace FILE if it is there")
    grade.set_defaults(action=_grade, mistakes=HandoutError)


def _set(name: str) -> ProblemSet:
    try:
        return find_set(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _list(_: argparse.Namespace) -> None:
    for name, problem_set in sorted(problem_sets().items()):
        minutes = sum(task.minutes for task in problem_set.tasks)
        print(f"{name}: {problem_set.title} [{len(problem_set.tasks)} tasks, {minutes} minutes]")
        for task in problem_set.tasks:
            facts = f"{task.kind}, difficulty {task.difficulty}, {task.minutes} minutes"
            print(f"    {task.name}: {task.title} ({facts})")


def _export(options: argparse.Namespace) -> None:
    if bool(options.student) != bool(options.salt):
        raise HandoutError("--student and --salt go together: both draw a student's variant")
    export = _needing_jupyter("export")
    students = [Student(each, salt=options.salt) for each in options.student]
    notebooks = export.made(options.set, options.to, students=students, solutions=options.solutions)
    print("\n".join(export.written(notebooks, options.out, overwrite=options.overwrite)))


def _grade(options: argparse.Namespace) -> int:
    run, grades = _needing_jupyter("run"), _needing_jupyter("grades")
    grades.refuse_to_lose(options.csv, overwrite=options.overwrite)
    paths = run.notebooks_in(options.notebooks)
    rows, failures = [], 0
    for place, path in enumerate(paths, start=1):
        print(f"attnkit: running {path} ({place} of {len(paths)})", file=sys.stderr)
        try:
            found, troubles = run.graded(path)
            rows += found
            for trouble in troubles:
                print(f"attnkit: {path}: {trouble}", file=sys.stderr)
        except HandoutError as error:
            print(f"attnkit: {error}", file=sys.stderr)
            failures += 1
    if not rows:
        raise HandoutError(f"no notebook could be graded, and {options.csv} was not written")
    print(grades.write_grades(rows, options.csv))
    return 1 if failures else 0


def _needing_jupyter(name: str) -> Any:
    """Import a part of the handout that needs what comes with JupyterLab."""
    try:
        return importlib.import_module(f"attnkit.coursework.handout.{name}")
    except ImportError as error:
        raise HandoutError(
            f"notebooks need {error.name}, which comes with `pip install 'attnkit[notebooks]'`"
        ) from None
