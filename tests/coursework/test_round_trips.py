"""nbgrader and Otter accept what is exported to them, and score it as they should."""

import contextlib
import copy
import csv
import json

import nbformat
import pytest

from attnkit.command import main
from attnkit.coursework.handout.cells import is_checked
from attnkit.coursework.handout.export import made, written
from attnkit.coursework.handout.solutions import read_solution
from tests.coursework.handed_out import cells, commands, read, small_set, tool

pytestmark = pytest.mark.xdist_group("graders")

SMALL = small_set()
POINTS = {task.name: task.difficulty for task in SMALL.tasks if is_checked(task)}
FIRST, SECOND = POINTS


def save(notebook, folder):
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / "icl.ipynb")


def hand_in(course):
    """Anton pasted a check; zoe, who solved one task of two, deleted the check of it."""
    released = read(course / "release" / "icl" / "icl.ipynb")
    cells(released, "answer")[FIRST].source = read_solution(SMALL.tasks[0]).code
    check = cells(released, "check")[FIRST]
    pasted = copy.deepcopy(released)
    twin = copy.deepcopy(check)
    twin.id = "pasted"
    pasted.cells.append(twin)
    save(pasted, course / "submitted" / "anton" / "icl")
    released.cells.remove(check)
    save(released, course / "submitted" / "zoe" / "icl")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of nbgrader's, run by the commands of the teaching page; and what it said."""
    folder = tmp_path_factory.mktemp("course")
    export, (_, inside), generate, autograde = commands("With nbgrader")
    with contextlib.chdir(folder):
        assert main(export[1:]) == 0
    tool(*generate, folder=folder / inside)
    hand_in(folder / inside)
    said = tool(*autograde, folder=folder / inside, status=1)
    tool("nbgrader", "export", folder=folder / inside)
    return folder / inside, said


def test_nbgrader_releases_no_solution(course):
    released = read(course[0] / "release" / "icl" / "icl.ipynb")
    for task, cell in cells(released, "answer").items():
        assert "raise NotImplementedError" in cell.source, task
        assert "BEGIN SOLUTION" not in cell.source
    assert {cell.source for cell in cells(released, "prose").values()} == {"YOUR ANSWER HERE"}


def test_nbgrader_scores_what_was_solved_and_a_check_that_was_deleted(course):
    with (course[0] / "grades.csv").open() as file:
        scores = {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}
    assert scores == {"anton": 0.0, "zoe": POINTS[FIRST]}


def test_a_pasted_check_is_named_and_stops_nobody_later_in_the_alphabet(course):
    folder, said = course
    assert "error processing assignment 'icl' for student 'anton'" in said
    assert [path.name for path in (folder / "autograded").iterdir()] == ["zoe"]


def test_nbgrader_leaves_prose_to_the_grader(course):
    by_hand = sum(len(task.rubric) for task in SMALL.tasks)
    full = sum(POINTS.values()) + by_hand
    with (course[0] / "grades.csv").open() as file:
        assert {float(row["max_score"]) for row in csv.DictReader(file)} == {full}
    assert by_hand > 0


@pytest.fixture(scope="module")
def assigned(tmp_path_factory):
    """What `otter assign` makes of the master: a folder for students, one for the grader."""
    folder = tmp_path_factory.mktemp("otter")
    written(made(SMALL, "otter"), folder)
    tool("otter", "assign", "icl.ipynb", "dist", "--no-run-tests", folder=folder)
    return folder / "dist"


def test_otter_hands_out_placeholders(assigned):
    handed_out = read(assigned / "student" / "icl.ipynb")
    for task in SMALL.tasks:
        if is_checked(task):
            assert cells(handed_out, "answer")[task.name].source == task.placeholder.strip()
    assert "SOLUTION" not in "".join(cell.source for cell in handed_out.cells)
    assert "Type your answer here" in "".join(cell.source for cell in handed_out.cells)


def test_otter_scores_what_was_solved(assigned, tmp_path):
    (archive,) = (assigned / "autograder").glob("*.zip")
    half = read(assigned / "student" / "icl.ipynb")
    solved = read(assigned / "autograder" / "icl.ipynb")
    cells(half, "answer")[FIRST].source = cells(solved, "answer")[FIRST].source
    save(half, tmp_path)
    tool("otter", "run", "-a", archive, "-o", tmp_path, tmp_path / "icl.ipynb", folder=tmp_path)
    results = json.loads((tmp_path / "results.json").read_text())
    scores = {test["name"]: test["score"] for test in results["tests"] if test.get("max_score")}
    assert len(scores) == len(POINTS)
    assert sorted(scores.values()) == [0, POINTS[FIRST]]
