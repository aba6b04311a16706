"""What readers open: committed clean, small in code, running from top to bottom with no network."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SLOW_MACHINE = 3 * 60  # seconds: a notebook takes under one minute where nothing else runs
LONGEST_FUNCTION = 12

GUARD = """
import sys

def refuse_other_hosts(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if host not in (None, "", "localhost", "127.0.0.1", "::1"):
        raise OSError(f"no network in a notebook, asked for {host}")

sys.addaudithook(refuse_other_hosts)
"""

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_name_gives_the_order(path):
    assert re.fullmatch(r"\d\d_[a-z0-9_]+", path.stem)


def test_format_is_valid_with_stable_ids(notebook):
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)


def test_nothing_of_a_run_is_committed(notebook):
    for cell in code_cells(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"


def test_code_is_plain_python_in_short_functions(notebook):
    for cell in code_cells(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno + 1 <= LONGEST_FUNCTION, node.name


def test_runs_from_top_to_bottom_without_a_network(path, tmp_path):
    done = execute(path, tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]
    assert [left.name for left in (tmp_path / "alone").iterdir()] == [path.name]


def execute(path, tmp_path):
    """Run a copy in an empty folder, in a kernel that refuses other hosts."""
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD)
    alone = tmp_path / "alone"
    alone.mkdir()
    copy = shutil.copy(path, alone)
    paths = [str(tmp_path / "guard"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "jupyter", "execute", "--kernel_name=python3", str(copy)]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=SLOW_MACHINE
    )
