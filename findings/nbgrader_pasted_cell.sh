#!/usr/bin/env bash
# nbgrader: a student who pastes a copy of a test cell. Its step DeduplicateIds is there for that, so
# the copy should lose its mark and the student, or at worst this student alone, should be left out.
# What happens: the step leaves an empty nbgrader record in the copy, a later step reads that as a
# notebook of an older format, and the whole run stops, with advice to run `nbgrader update .`, for
# everyone later in the alphabet. With the step switched off the run goes on. It matters here because
# attnkit's teaching page has to name the setting.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet nbgrader==0.9.6 ipykernel==7.4.0
cd "$tmp"
PATH="$tmp/venv/bin:$PATH" JUPYTER_CONFIG_DIR="$tmp/no_config" python - <<'EOF'
import copy, pathlib, subprocess, sys
from importlib.metadata import version
import nbformat
from nbformat.v4 import new_code_cell, new_notebook

def cell(name, source, **flags):
    meaning = {"grade": False, "solution": False, "locked": False, "task": False, **flags}
    known = {"schema_version": 3, "grade_id": name, "cell_type": "code", **meaning}
    return new_code_cell(source, metadata={"nbgrader": known}, id=name)

def save(notebook, folder):
    pathlib.Path(folder).mkdir(parents=True)
    nbformat.write(notebook, pathlib.Path(folder, "week.ipynb"))

def nbgrader(*words):
    done = subprocess.run([sys.executable, "-m", "nbgrader", *words], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr

def graded():
    folder = pathlib.Path("autograded")
    return sorted(each.name for each in folder.iterdir()) if folder.exists() else []

answer = cell("answer", "### BEGIN SOLUTION\nx = 1\n### END SOLUTION", solution=True)
test = cell("test", "assert x == 1", grade=True, locked=True, points=1)
kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
save(new_notebook(cells=[answer, test], metadata=kernel), "source/week")
assert nbgrader("generate_assignment", "week")[0] == 0
released = nbformat.read("release/week/week.ipynb", as_version=nbformat.NO_CONVERT)
pasted = copy.deepcopy(released)
twin = copy.deepcopy(pasted.cells[1])
twin.id = "pasted"
pasted.cells.append(twin)
save(pasted, "submitted/anna/week")
save(released, "submitted/bob/week")

status, said = nbgrader("autograde", "week")
assert status != 0 and "old version" in said and graded() == [], (status, said)
status, said = nbgrader("autograde", "week", "--DeduplicateIds.enabled=False")
assert graded() == ["bob"] and "for student 'anna'" in said, (status, said)
print(f"nbgrader {version('nbgrader')}: one pasted test cell of anna's stops the run as 'an old version "
      "of the metadata format', and bob is not graded; without DeduplicateIds anna is named, bob graded")
EOF
