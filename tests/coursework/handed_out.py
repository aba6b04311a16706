"""What the tests of the handout share."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat

from attnkit.coursework import problem_sets
from attnkit.coursework.handout.cells import is_checked
from attnkit.coursework.handout.solutions import read_solution

ROOT = Path(__file__).parents[2]
SETS = problem_sets()


def small_set():
    """Two tasks with laws and one in prose, so that tools which start kernels have little to do."""
    whole = SETS["icl"]
    checked = [task for task in whole.tasks if is_checked(task)]
    prose = [task for task in whole.tasks if not is_checked(task)]
    return replace(whole, name="small", tasks=(*checked[:2], *prose[:1]))


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


def tool(*arguments, folder):
    """Run a grader's own command in a folder."""
    command = [sys.executable, "-m", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=folder, env=environment(folder), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout
