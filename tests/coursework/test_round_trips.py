"""nbgrader and Otter accept what is exported to them, and score it as they should."""

import csv
import json

import nbformat
import pytest

from attnkit.coursework.handout.cells import is_checked
from attnkit.coursework.handout.export import made, written
from tests.coursework.handed_out import cells, read, small_set, solve, tool

pytestmark = pytest.mark.xdist_group("graders")

SMALL = small_set()
FULL = sum(task.difficulty for task in SMALL.tasks if is_checked(task))


def save(notebook, folder):
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / "small.ipynb")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of nbgrader's in which one of two students solved everything."""
    folder = tmp_path_factory.mktemp("course")
    written(made(SMALL, "nbgrader"), folder / "source" / "small")
    tool("nbgrader", "generate_assignment", "small", folder=folder)
    released = read(folder / "release" / "small" / "small.ipynb")
    save(released, folder / "submitted" / "unsolved" / "small")
    solve(released, SMALL)
    save(released, folder / "submitted" / "solved" / "small")
    tool("nbgrader", "autograde", "small", folder=folder)
    tool("nbgrader", "export", folder=folder)
    return folder


def test_nbgrader_releases_no_solution(course):
    released = read(course / "release" / "small" / "small.ipynb")
    for task, cell in cells(released, "answer").items():
        assert "raise NotImplementedError" in cell.source, task
        assert "BEGIN SOLUTION" not in cell.source
    assert {cell.source for cell in cells(released, "prose").values()} == {"YOUR ANSWER HERE"}


def test_nbgrader_scores_a_solved_and_an_unsolved_copy(course):
    with (course / "grades.csv").open() as file:
        scores = {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}
    assert scores == {"solved": FULL, "unsolved": 0.0}


def test_nbgrader_leaves_prose_to_the_grader(course):
    by_hand = sum(len(task.rubric) for task in SMALL.tasks)
    with (course / "grades.csv").open() as file:
        assert {float(row["max_score"]) for row in csv.DictReader(file)} == {FULL + by_hand}
    assert by_hand > 0


@pytest.fixture(scope="module")
def assigned(tmp_path_factory):
    """What `otter assign` makes of the master: a folder for students, one for the grader."""
    folder = tmp_path_factory.mktemp("otter")
    written(made(SMALL, "otter"), folder)
    tool("otter", "assign", "small.ipynb", "dist", "--no-run-tests", folder=folder)
    return folder / "dist"


def test_otter_hands_out_placeholders(assigned):
    handed_out = read(assigned / "student" / "small.ipynb")
    for task in SMALL.tasks:
        if is_checked(task):
            assert cells(handed_out, "answer")[task.name].source == task.placeholder.strip()
    assert "SOLUTION" not in "".join(cell.source for cell in handed_out.cells)
    assert "Type your answer here" in "".join(cell.source for cell in handed_out.cells)


@pytest.mark.parametrize(("copy", "score"), [("autograder", FULL), ("student", 0)])
def test_otter_scores_a_solved_and_an_unsolved_copy(assigned, tmp_path, copy, score):
    (archive,) = (assigned / "autograder").glob("*.zip")
    submission = assigned / copy / "small.ipynb"
    tool("otter", "run", "-a", archive, "-o", tmp_path, submission, folder=tmp_path)
    results = json.loads((tmp_path / "results.json").read_text())
    tests = [test for test in results["tests"] if test.get("max_score")]
    assert len(tests) == sum(map(is_checked, SMALL.tasks))
    assert sum(test["score"] for test in tests) == score
