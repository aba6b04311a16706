"""What the tests of the handout share."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import nbformat

from attnkit.coursework import problem_sets
from attnkit.coursework.handout.export import chosen
from attnkit.coursework.handout.solutions import read_solution

ROOT = Path(__file__).parents[2]
SETS = problem_sets()


def small_set():
    """The tasks of the teaching page's example: tools which start kernels have little to do."""
    names = ("one-gradient-step", "superposed-heads", "best-plain-rate")
    return chosen(SETS["icl"], names)


def read(path):
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def cells(notebook, ending):
    """Return the cells whose id ends so, by the task they belong to."""
    return {
        cell.id.removesuffix(f"-{ending}"): cell
        for cell in notebook.cells
        if cell.id.endswith(f"-{ending}")
    }


def solve(notebook, problem_set):
    """Write the teacher's code into the cells for answers."""
    found = cells(notebook, "answer")
    for task in problem_set.tasks:
        if task.name in found:
            found[task.name].source = read_solution(task).code


def environment(folder):
    """Return an environment for kernels and tools, in which nobody's own settings count."""
    path = [str(Path(sys.executable).parent), os.environ["PATH"]]
    places = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PATH": os.pathsep.join(path),  # nbgrader calls alembic by its name
        "PYTHONPATH": os.pathsep.join(filter(None, places)),
        "OMP_NUM_THREADS": "1",
        "JUPYTER_CONFIG_DIR": str(folder / "no_config"),
    }


def tool(*arguments, folder, status=0):
    """Run a grader's own command in a folder, and return all it said."""
    command = [sys.executable, "-m", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=folder, env=environment(folder), capture_output=True, text=True
    )
    said = done.stdout + done.stderr
    assert done.returncode == status, said[-6000:]
    return said


def commands(heading):
    """The commands that the teaching page shows under a heading."""
    page = (ROOT / "book" / "teaching" / "index.md").read_text()
    section = page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```sh\n(.*?)^```", section, re.M | re.S)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]
