"""The commands `attnkit coursework list | export | grade`."""

import argparse
from pathlib import Path
from typing import Any

from attnkit.coursework.catalogue import find_set, problem_sets
from attnkit.coursework.grading import add_grade
from attnkit.coursework.handout import HandoutError
from attnkit.coursework.options import add_class_list, class_list_of, needing_jupyter
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
    add_grade(parts)


def _add_export(parts: Any) -> None:
    export = parts.add_parser("export", help="write a problem set as notebooks")
    export.add_argument("set", metavar="SET", type=_set, help="as `attnkit coursework list` has it")
    export.add_argument("--to", required=True, choices=_FORMATS)
    export.add_argument("--out", required=True, type=Path, metavar="DIR")
    export.add_argument(
        "--student", nargs="+", default=[], metavar="ID", help="a notebook each, with own variants"
    )
    add_class_list(export)
    export.add_argument("--salt", metavar="WORD", help="the course's own, with students")
    export.add_argument(
        "--tasks", nargs="+", default=[], metavar="TASK", help="these alone, in this order"
    )
    export.add_argument(
        "--solutions", type=Path, metavar="DIR", help="default: teacher/solutions of the checkout"
    )
    export.add_argument("--overwrite", action="store_true", help="replace notebooks that are there")
    export.set_defaults(action=_export, mistakes=HandoutError)


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
    export, roster = needing_jupyter("export"), needing_jupyter("roster")
    students = roster.enrolled(options.student, class_list_of(options), options.salt)
    chosen = export.chosen(options.set, options.tasks)
    notebooks = export.made(chosen, options.to, students=students, solutions=options.solutions)
    print("\n".join(export.written(notebooks, options.out, overwrite=options.overwrite)))
