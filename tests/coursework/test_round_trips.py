"""nbgrader and Otter accept what is exported to them, and score it as they should."""

import contextlib
import copy
import csv
import json
import zipfile

import nbformat
import pytest

from attnkit.command import main
from attnkit.coursework import Student, describe, variant
from attnkit.coursework.handout.cells import is_checked
from attnkit.coursework.handout.export import made, written
from attnkit.coursework.handout.solutions import read_solution
from tests.coursework.handed_out import cells, commands, read, small_set, tool

pytestmark = pytest.mark.xdist_group("graders")

SMALL = small_set()
ZOE = Student("zoe", salt="2027-spring")
CLASS = "Username;First name;Last name\nanton;Anton;A\nmia;Mia;M\nzoe;Zoe;Z\n"
POINTS = {task.name: task.difficulty for task in SMALL.tasks if is_checked(task)}
FIRST, SECOND = POINTS


def save(notebook, folder):
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / "icl.ipynb")


def hand_in(course):
    """Anton pasted a check; mia wrote no id; zoe took anton's, and deleted a check."""
    released = read(course / "release" / "icl" / "icl.ipynb")
    cells(released, "answer")[FIRST].source = read_solution(SMALL.tasks[0]).code
    check = cells(released, "check")[FIRST]
    pasted = copy.deepcopy(released)
    twin = copy.deepcopy(check)
    twin.id = "pasted"
    pasted.cells.append(twin)
    save(pasted, course / "submitted" / "anton" / "icl")
    save(released, course / "submitted" / "mia" / "icl")
    (who,) = (cell for cell in released.cells if cell.id == "who")
    who.source = 'MY_ID = "anton"'
    released.cells.remove(check)
    save(released, course / "submitted" / "zoe" / "icl")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of nbgrader's, run by the commands of the teaching page; and what it said."""
    folder = tmp_path_factory.mktemp("course")
    export, (_, inside), generate, autograde = commands("With nbgrader")
    (folder / "class.csv").write_text(CLASS)
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
    assert scores == {"anton": 0.0, "mia": POINTS[FIRST], "zoe": POINTS[FIRST]}


@pytest.mark.parametrize("name", ["mia", "zoe"])
def test_nbgrader_grades_each_by_the_folders_id_and_shows_the_numbers(course, name):
    graded = read(course[0] / "autograded" / name / "icl" / "icl.ipynb")
    setup = next(cell for cell in graded.cells if cell.id == "setup")
    assert ("it is graded as" in str(setup.outputs)) == (name == "zoe")
    for task, cell in cells(graded, "variant").items():
        numbers = describe(variant(task, Student(name, salt="2027-spring")))
        assert f"Your variant: {numbers}." in cell.outputs[0].data["text/markdown"]
        assert numbers not in str(cells(graded, "statement")[task].source)


def test_nbgraders_students_have_variants_that_differ():
    drawn = [variant(FIRST, Student(name, salt="2027-spring")) for name in ("anton", "mia", "zoe")]
    assert drawn[0] != drawn[1] != drawn[2] != drawn[0]


def test_a_pasted_check_is_named_and_stops_nobody_later_in_the_alphabet(course):
    folder, said = course
    assert "error processing assignment 'icl' for student 'anton'" in said
    assert sorted(path.name for path in (folder / "autograded").iterdir()) == ["mia", "zoe"]


def test_nbgrader_leaves_prose_to_the_grader(course):
    by_hand = sum(len(task.rubric) for task in SMALL.tasks)
    full = sum(POINTS.values()) + by_hand
    with (course[0] / "grades.csv").open() as file:
        assert {float(row["max_score"]) for row in csv.DictReader(file)} == {full}
    assert by_hand > 0


@pytest.fixture(scope="module")
def assigned(tmp_path_factory):
    """What `otter assign` makes of zoe's master: a folder for her, one for the grader."""
    folder = tmp_path_factory.mktemp("otter")
    written(made(SMALL, "otter", students=[ZOE]), folder)
    tool("otter", "assign", "icl-zoe.ipynb", "dist", "--no-run-tests", folder=folder)
    return folder / "dist"


def test_otter_hands_out_placeholders(assigned):
    handed_out = read(assigned / "student" / "icl-zoe.ipynb")
    for task in SMALL.tasks:
        if is_checked(task):
            assert cells(handed_out, "answer")[task.name].source == task.placeholder.strip()
    assert "SOLUTION" not in "".join(cell.source for cell in handed_out.cells)
    assert "Type your answer here" in "".join(cell.source for cell in handed_out.cells)


def test_otter_hands_out_and_tests_the_students_own_variant(assigned):
    handed_out = read(assigned / "student" / "icl-zoe.ipynb")
    for task, cell in cells(handed_out, "statement").items():
        assert f"Your variant: {describe(variant(task, ZOE))}." in cell.source
    (archive,) = (assigned / "autograder").glob("*.zip")
    with zipfile.ZipFile(archive) as packed:
        tests = [packed.read(name).decode() for name in packed.namelist() if "tests/" in name]
    about = [text for text in tests if f"check({FIRST!r}" in text.replace('"', "'")]
    assert about
    assert all("student=Student('zoe', salt='2027-spring')" in text for text in about)


def test_otter_scores_what_was_solved_whoever_the_notebook_names(assigned, tmp_path):
    (archive,) = (assigned / "autograder").glob("*.zip")
    half = read(assigned / "student" / "icl-zoe.ipynb")
    solved = read(assigned / "autograder" / "icl-zoe.ipynb")
    cells(half, "answer")[FIRST].source = cells(solved, "answer")[FIRST].source
    (setup,) = (cell for cell in half.cells if cell.id == "setup")
    setup.source = setup.source.replace("'zoe'", "'anton'")
    save(half, tmp_path)
    tool("otter", "run", "-a", archive, "-o", tmp_path, tmp_path / "icl.ipynb", folder=tmp_path)
    results = json.loads((tmp_path / "results.json").read_text())
    scores = {test["name"]: test["score"] for test in results["tests"] if test.get("max_score")}
    assert len(scores) == len(POINTS)
    assert sorted(scores.values()) == [0, POINTS[FIRST]]
