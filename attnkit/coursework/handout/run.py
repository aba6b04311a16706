"""Run a student's notebook in a kernel of its own, then check there what it defined."""

import glob
import os
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

import attnkit
from attnkit.coursework.catalogue import find_set
from attnkit.coursework.handout.cells import METADATA
from attnkit.coursework.handout.errors import HandoutError
from attnkit.coursework.student import Student

__all__ = ["graded", "notebooks_in"]

_CELL_SECONDS = 120
_GRADING_SECONDS = 1200  # the checks have limits of their own
_GRADES = "application/vnd.attnkit.grades+json"
# The student's own checks are not trusted: these run after everything the notebook holds.
_LAST_CELL = """
from attnkit.coursework import Student as _Student, find_set as _find_set
from attnkit.coursework.handout.grades import grades as _grades
_student = {student}
if not isinstance(_student, _Student):
    _student = None
_rows = _grades(_find_set({name!r}), globals(), _student)
display({{{mime!r}: dict(student=_student and _student.id, rows=_rows)}}, raw=True)
"""


def notebooks_in(places: Sequence[str]) -> list[Path]:
    """Return each notebook once that is named, lies in a folder named, or matches a pattern.

    Raises
    ------
    HandoutError
        If a folder or pattern holds no notebook.
    """
    found: dict[Path, None] = {}
    for place in places:
        pattern = f"{place}/*.ipynb" if Path(place).is_dir() else place
        matched = sorted(glob.glob(pattern)) if glob.has_magic(pattern) else [place]
        several = [Path(each) for each in matched]
        if not several:
            raise HandoutError(f"no notebook is found by {pattern}")
        found |= dict.fromkeys(several)
    return list(found)


def graded(path: Path) -> tuple[list[dict[str, str]], list[str]]:
    """Run the notebook in an empty folder; return a row for each task, and what its cells raised.

    A cell that raises, or takes more than two minutes, stops no other. The student is the one the
    notebook was made for; in one made for nobody, whom `STUDENT` names; else the file's path stands
    in their place.

    Raises
    ------
    HandoutError
        If the file is no notebook, or none of a problem set, or its kernel dies.
    """
    submitted = _read(path)
    last = nbformat.v4.new_code_cell(_last_cell(submitted, path))
    submitted.cells.append(last)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            submitted,
            timeout_func=lambda cell: _GRADING_SECONDS if cell is last else _CELL_SECONDS,
            interrupt_on_timeout=True,
            allow_errors=True,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": folder}},
        )
        try:
            client.execute(env=_environment())
        except DeadKernelError:
            raise HandoutError(f"{path}: its kernel died while it ran; it was not graded") from None
    return _rows(last, path), _troubles(submitted.cells[:-1])


def _environment() -> dict[str, str]:
    """Return an environment in which the kernel imports this attnkit, installed or not."""
    places = [str(Path(attnkit.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, places))}


def _read(path: Path) -> NotebookNode:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as of two cells of one id, which is put right
            submitted = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
            nbformat.validate(submitted)
    except OSError as error:
        raise HandoutError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, nbformat.ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise HandoutError(f"{path} is no valid notebook any more ({reason})") from None
    return submitted


def _last_cell(submitted: NotebookNode, path: Path) -> str:
    known = submitted.metadata.get(METADATA, {})
    student = 'globals().get("STUDENT")'
    try:
        name = find_set(known.get("set", "")).name
        if "student" in known:
            made_for = Student(known["student"], salt=known.get("salt", ""))
            student = f"_Student({made_for.id!r}, salt={made_for.salt!r})"
    except (TypeError, ValueError) as error:
        raise HandoutError(
            f"{path} is no problem set of attnkit, or its metadata were changed: {error}"
        ) from None
    return _LAST_CELL.format(student=student, name=name, mime=_GRADES)


def _rows(last: NotebookNode, path: Path) -> list[dict[str, str]]:
    for output in last.outputs:
        if found := output.get("data", {}).get(_GRADES):
            return [{"student": found["student"] or str(path), **row} for row in found["rows"]]
    raise HandoutError(f"{path} could not be graded: {_trouble(last)}")


def _troubles(cells: Sequence[NotebookNode]) -> list[str]:
    """Say which cells raised, by their place in the notebook."""
    return [
        f"cell {place} raised {output.ename}: {output.evalue}"
        for place, cell in enumerate(cells, start=1)
        for output in cell.get("outputs", ())
        if output.output_type == "error"
    ]


def _trouble(last: NotebookNode) -> str:
    errors = [each for each in last.outputs if each.output_type == "error"]
    return f"{errors[0].ename}: {errors[0].evalue}" if errors else "the checks gave no result"
