"""What the commands of coursework share: a class list, and what comes with JupyterLab."""

import argparse
import importlib
from pathlib import Path
from typing import Any

from attnkit.coursework.handout import HandoutError

__all__ = ["add_class_list", "class_list_of", "needing_jupyter"]


def add_class_list(command: Any) -> None:
    """Add the options that name a class list."""
    command.add_argument(
        "--student-file",
        "--roster",
        type=Path,
        metavar="FILE",
        help="the class: a table as Moodle or Canvas exports it, or an id on each line",
    )
    command.add_argument("--id-column", metavar="NAME", help="where in that table the ids stand")


def class_list_of(options: argparse.Namespace) -> Any:
    """Read the class list, if one is named, and say where its ids come from."""
    if options.student_file is None:
        if options.id_column is not None:
            raise HandoutError("--id-column names a column of --student-file, which is missing")
        return None
    found = needing_jupyter("class_list").read_class_list(options.student_file, options.id_column)
    needing_jupyter("progress").say(found.said())
    return found


def needing_jupyter(name: str) -> Any:
    """Import a part of the handout that needs what comes with JupyterLab."""
    try:
        return importlib.import_module(f"attnkit.coursework.handout.{name}")
    except ImportError as error:
        raise HandoutError(
            f"notebooks need {error.name}, which comes with `pip install 'attnkit[notebooks]'`"
        ) from None
