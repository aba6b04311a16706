"""Many notebooks at once: one that hangs or dies costs only itself, and a stopped run goes on."""

import csv
import io
import json
from contextlib import redirect_stderr

import nbformat
import pytest

from attnkit.command import main
from attnkit.coursework import Student
from attnkit.coursework.handout import journal, watch
from attnkit.coursework.handout.export import chosen, made
from attnkit.coursework.handout.grades import grades
from attnkit.coursework.handout.run import Outcome
from attnkit.coursework.handout.together import all_marked
from tests.coursework.handed_out import SETS, cells, solve

STEP = "one-gradient-step"
ONE = chosen(SETS["icl"], [STEP])
KILLS_WHOEVER_STARTED_IT = "import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(60)"
NEVER_ENDS = """while True:
    try:
        while True: abs(3)
    except BaseException: pass"""


def saved(path, above="", source=""):
    """A right answer of a student called like the file, below a cell that does something."""
    student = Student(path.stem, salt="x")
    (notebook,) = made(ONE, "student", students=[student]).values()
    solve(notebook, ONE)
    if source:
        cells(notebook, "answer")[STEP].source = source
    notebook.cells.insert(2, nbformat.v4.new_code_cell(above))
    nbformat.write(notebook, path)
    return path


@pytest.mark.xdist_group("graders")
def test_who_dies_hangs_or_kills_the_graders_own_process_costs_only_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "CELL_SECONDS", 6.0)
    monkeypatch.setattr(watch, "GRACE_SECONDS", 1.0)
    does = {"killer": KILLS_WHOEVER_STARTED_IT, "endless": NEVER_ENDS, "ana": "", "ben": ""}
    files = [saved(tmp_path / f"{name}.ipynb", above) for name, above in does.items()]
    found = dict(all_marked(dict(enumerate(files)), workers=2))
    laws = [found[place].rows[0]["law"] for place in range(4)]
    assert laws[0] == "not graded: its kernel died in cell 3"
    assert laws[1].startswith("not graded: nothing came back for ")
    assert laws[2:] == ["", ""]
    assert [found[place].student for place in range(4)] == list(does)


class Judge:
    """Stands in for the sessions: stops the whole grader at a student's name, once."""

    def __init__(self, stop_at):
        self.stop_at, self.ran = stop_at, []

    def __call__(self, submission, *_):
        who = submission.student.id
        if who == self.stop_at:
            self.stop_at = None
            raise KeyboardInterrupt
        self.ran.append(who)
        rows = [{"student": who, **row} for row in grades(ONE, {}, submission.student)]
        return Outcome(who, rows, [], judged=True)


@pytest.fixture
def stopped(tmp_path, monkeypatch):
    """A class of four whose grader was stopped at the third."""
    judge = Judge("cy")
    monkeypatch.setattr("attnkit.coursework.handout.papers.outcome", judge)
    for name in ("ana", "ben", "cy", "di"):
        saved(tmp_path / f"{name}.ipynb")
    assert grade(tmp_path)[0] == 130
    return judge


def grade(folder, *more):
    names = {"--csv": folder / "grades.csv", "--summary": folder / "points.csv"}
    options = [str(word) for option in names.items() for word in option]
    said = io.StringIO()
    with redirect_stderr(said):
        status = main(["coursework", "grade", str(folder), *options, "--workers", "1", *more])
    return status, said.getvalue()


def rows(folder):
    with (folder / "grades.csv").open(newline="", encoding="utf-8") as file:
        return [(row["student"], row["law"]) for row in csv.DictReader(file)]


DONE = [(name, "not done yet") for name in ("ana", "ben", "cy", "di")]


def test_the_same_command_goes_on_and_leaves_nothing_behind(tmp_path, stopped):
    assert rows(tmp_path)[:2] == DONE[:2]
    assert "stopped before its turn" in rows(tmp_path)[2][1]
    assert (tmp_path / "grades.csv.part").exists()
    status, said = grade(tmp_path)
    assert (status, rows(tmp_path)) == (0, DONE)
    assert "2 notebooks were graded before" in said
    assert "(4 of 4)" in said
    assert sorted(stopped.ran) == ["ana", "ben", "cy", "di"]
    assert not (tmp_path / "grades.csv.part").exists()


def test_a_table_that_was_touched_since_is_not_replaced_unasked(tmp_path, stopped):
    with (tmp_path / "points.csv").open("a") as file:
        file.write("my own remark\n")
    status, said = grade(tmp_path)
    assert status == 1
    assert "points.csv is there already" in said
    assert grade(tmp_path, "--overwrite")[0] == 0
    assert len(stopped.ran) == 4


def test_a_notebook_that_changed_or_another_judge_is_graded_anew(tmp_path, stopped, monkeypatch):
    saved(tmp_path / "ana.ipynb", above="# handed in again")
    assert grade(tmp_path)[0] == 0
    assert sorted(stopped.ran) == ["ana", "ana", "ben", "cy", "di"]
    stopped.stop_at = "di"
    assert grade(tmp_path, "--overwrite")[0] == 130
    monkeypatch.setattr(journal, "_judge", lambda: b"tasks that changed")
    assert grade(tmp_path)[0] == 0
    assert stopped.ran.count("ben") == 3


def test_a_journal_that_was_cut_off_loses_one_line(tmp_path, stopped):
    part = tmp_path / "grades.csv.part"
    lines = [line for line in part.read_text().splitlines() if line]
    part.write_text("\n".join([lines[0], lines[1][:40]]))
    assert json.loads(lines[0])["student"] == "ana"
    assert grade(tmp_path, "--overwrite")[0] == 0
    assert stopped.ran.count("ana") == 1
    assert stopped.ran.count("ben") == 2


def test_whose_kernel_died_has_another_chance(tmp_path, monkeypatch):
    judge = Judge("ben")

    def dying(submission, *_):
        found = judge(submission)
        found.rows[0]["law"] = "not graded: its kernel died in cell 3"
        return found

    monkeypatch.setattr("attnkit.coursework.handout.papers.outcome", dying)
    for name in ("ana", "ben"):
        saved(tmp_path / f"{name}.ipynb")
    assert grade(tmp_path)[0] == 130
    assert grade(tmp_path)[0] == 1
    assert judge.ran == ["ana", "ana", "ben"]


@pytest.mark.parametrize("workers", ["0", "-1", "two", "1e3"])
def test_workers_are_counted(capsys, workers):
    with pytest.raises(SystemExit):
        main(["coursework", "grade", "x", "--csv", "y", "--workers", workers])
    assert "must be a number from 1 to 1024" in capsys.readouterr().err
