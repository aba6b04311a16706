"""The wheel works where there is no checkout."""

import email
import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import attnkit

ROOT = Path(__file__).parents[2]
RECIPE = """
import pathlib, sys, torch, attnkit
assert pathlib.Path(sys.prefix) in pathlib.Path(attnkit.__file__).parents, attnkit.__file__
scores = torch.tensor([[2.0, 1.9, -1.0]], requires_grad=True)
weights = attnkit.entmax(scores, alpha=2.0)
assert torch.allclose(weights, torch.tensor([[0.55, 0.45, 0.0]]), atol=1e-6), weights
weights[0, 0].backward()
assert torch.allclose(scores.grad, torch.tensor([[0.5, -0.5, 0.0]]), atol=1e-6), scores.grad
print("recipe ran")
"""
NO_RESULT = """
from attnkit.experiments import ExperimentError, load
try:
    load("nothing-here")
except ExperimentError as error:
    print(error)
"""

NOTEBOOK = """
import nbformat
from nbclient import NotebookClient
cells = [
    "from attnkit.coursework import check; from attnkit.explore import gallery",
    "gallery()['finite-entmax']",
    "check('entmax-threshold', lambda scores, alpha: scores.max())",
]
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
for cell in notebook.cells[1:]:
    data = cell.outputs[0].data
    print(sorted(data), *data.get("text/plain", "").split())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = out.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """An empty environment with the wheel; third-party packages are borrowed from this one."""
    home = tmp_path_factory.mktemp("elsewhere") / "env"
    venv.create(home, with_pip=False)
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-index",
        "--no-deps",
    ]
    subprocess.run([*install, "--quiet", wheel], check=True)
    (packages,) = home.rglob("site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def run(python, *arguments):
    """Run in the new environment, outside the checkout, and return what it prints."""
    done = result(python, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def result(python, *arguments):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "ATTNKIT_"))}
    place = python.parents[2]
    command = [python, *arguments]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)


def test_every_file_of_the_package_travels(wheel):
    packed = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "attnkit").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - packed == set()


def test_nothing_else_travels(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert [top for top in tops if top != "attnkit" and not top.endswith(".dist-info")] == []


def test_a_recipe_runs(python):
    assert run(python, "-c", RECIPE).strip() == "recipe ran"


def test_the_command_runs(python):
    command = python.with_name("attnkit")
    assert "reproduce" in run(python, command, "--help")
    run(python, "-m", "attnkit", "list")


def test_the_doctor_finds_nothing_wrong(python):
    found = json.loads(run(python, "-m", "attnkit", "doctor", "--json"))
    assert found["healthy"]
    (place,) = (each["found"] for each in found["findings"] if each["what"] == "attnkit")
    assert f"{attnkit.__version__}, " in place
    assert "site-packages" in place


def test_a_figure_and_a_check_run_in_a_notebook(python):
    figure, verdict = run(python, "-c", NOTEBOOK).splitlines()
    assert "application/vnd.jupyter.widget-view+json" in figure
    assert "text/markdown" in verdict
    assert "entmax-threshold" in verdict
    assert "reach" in verdict  # the law that the answer breaks


def test_the_metadata_say_what_it_is_and_invent_no_address(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
    about = email.message_from_bytes(archive.read(name))
    assert about["Requires-Python"] == ">=3.11"
    assert about["License-Expression"] == "MIT"
    assert about["Description-Content-Type"] == "text/markdown"
    assert about.get_payload().startswith("# attnkit")
    assert about["Project-URL"] is about["Home-page"] is None
    assert "Programming Language :: Python :: 3.11" in about.get_all("Classifier")


def test_figures_and_claims_are_found(python):
    code = "from attnkit.explore import gallery; from attnkit.claims import claims;"
    assert run(python, "-c", code + "print(type(gallery()).__name__, type(claims()).__name__)")


def test_a_result_that_no_wheel_carries_is_explained(python):
    assert "attnkit reproduce nothing-here --scale full" in run(python, "-c", NO_RESULT)


def test_problem_sets_are_handed_out_without_solutions(python, tmp_path):
    export = ("-m", "attnkit", "coursework", "export", "icl", "--out", tmp_path / "out", "--to")
    assert "wrote" in run(python, *export, "student")
    refused = result(python, *export, "solution")
    assert refused.returncode == 1
    assert "installed packages carry none" in refused.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["icl.ipynb"]
