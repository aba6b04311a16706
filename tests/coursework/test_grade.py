"""The grader's tables: who broke which law, and nothing that a student wrote; nobody is missing."""

import csv
import io
import json
from contextlib import closing, redirect_stderr, redirect_stdout
from pathlib import Path

import nbformat
import pytest

from attnkit.command import main
from attnkit.coursework import Student, describe, find_task, variant
from attnkit.coursework.handout import HandoutError, run, watch
from attnkit.coursework.handout.cells import METADATA, is_checked
from attnkit.coursework.handout.export import chosen, made
from attnkit.coursework.handout.found import notebooks_in
from attnkit.coursework.handout.grades import COLUMNS, grades, write_grades
from attnkit.coursework.handout.process import Cold
from attnkit.coursework.handout.run import graded, job, outcome
from attnkit.coursework.handout.submission import read_submission
from attnkit.coursework.handout.tables import write_table
from attnkit.coursework.handout.warm import desk
from tests.coursework.handed_out import SETS, solve

graders = pytest.mark.xdist_group("graders")
ICL = SETS["icl"]
STEP, HEADS, MATRIX = "one-gradient-step", "superposed-heads", "plain-preconditioner"
TWO, PROSE = "two-heads-one-step", "best-plain-rate"
FEW = chosen(ICL, [STEP, HEADS, MATRIX, TWO, PROSE])
SECRET = "a word that only the student knows"

# What a student may call a variable, and what else a cell may do to a grader that shares its names.
UNRULY = """
dict, display, isinstance, globals, print, type, open, getattr, vars = range(9)
def str(*_): return 1
from math import pi as hash
class Exception: pass
del STUDENT, check
import builtins
builtins.sorted = None
del builtins.zip
"""
LOUD = "import sys, os\nsys.stdout.write('x' * 10**7)\nos.write(1, b'x' * 10**7)\n'x' * 10**7"
LEAVING = "import sys\nexit()\nquit()\nsys.exit(3)"
WORDLESS = "class E(BaseException):\n    def __str__(self): raise ValueError\nraise E"
GLOBAL = (
    "import torch, warnings\ntorch.set_grad_enabled(False)\nwarnings.simplefilter('error')\n"
    "torch.set_default_dtype(torch.float64)\ntorch.set_num_threads(2)"
)
THREADS = (
    "import os, threading, torch\nthreading.Thread(target=lambda: exec('while 1: pass')).start()\n"
    "assert os.environ['OMP_NUM_THREADS'] == '1'\n"
    "assert torch.get_num_threads() == 1"
)
# An interrupt that comes just outside of the inner guard meets the outer one.
STUBBORN = """while True:
    try:
        while True:
            try:
                while True: abs(3)
            except BaseException: pass
    except BaseException: pass"""


def code(source):
    return nbformat.v4.new_code_cell(source)


def handed_out(who=None, problem_set=FEW):
    students = [Student(who, salt="2026")] if who else ()
    (notebook,) = made(problem_set, "student", students=students).values()
    return notebook


def solved(who=None, problem_set=FEW):
    notebook = handed_out(who, problem_set)
    solve(notebook, problem_set)
    return notebook


def place(notebook, name):
    return next(i for i, cell in enumerate(notebook.cells) if cell.id == name)


def saved(notebook, path):
    nbformat.write(notebook, path)
    return path


def answer(notebook, name):
    return notebook.cells[place(notebook, f"{name}-answer")]


def unruly():
    """Two right answers, one overwritten later; one at the very end; a wrong one, right later on.

    Above them stands all that ever kept a notebook from being graded.
    """
    notebook = solved("unruly")
    notebook.cells[2:2] = map(code, (THREADS, UNRULY, LOUD, LEAVING, WORDLESS, GLOBAL, "def f(:"))
    step, heads, matrix, two = (answer(notebook, each) for each in (STEP, HEADS, MATRIX, TWO))
    right = {each.id: each.source for each in (step, heads, matrix, two)}
    step.source += "\n\nbeside = one_step\ndef one_step(*a):\n    return beside(*a)"
    heads.source = "def share_heads(preconditioners):\n    return helper(preconditioners)"
    matrix.source = find_task(MATRIX).placeholder
    two.source = "def two_heads(d, rate, scale):\n    return torch.ones(2, d + 1, d), torch.ones(3)"
    notebook.cells += [
        code("def one_step(inputs, targets, query, rate):\n    return targets.mean()\nbeside = 3"),
        code(right[heads.id].replace("def share_heads", "def helper")),
        code(f"{right[matrix.id]}\n\n{right[two.id]}"),
        code("del one_step, share_heads, best_matrix, two_heads"),
    ]
    return notebook


def cut_short(source):
    """Right answers, and after the first what ends the kernel, or never ends itself."""
    notebook = solved("zoe\u0308")
    notebook.cells.insert(place(notebook, f"{HEADS}-statement") + 1, code(source))
    return notebook


def zoe():
    notebook = solved("zo\u00eb")
    answer(notebook, STEP).source = "raise RuntimeError('stop here')"
    heads = answer(notebook, HEADS)
    heads.source = heads.source.replace("return", f"print({SECRET!r})\n    return", 1)
    notebook.cells[place(notebook, f"{PROSE}-prose")].source = "# First\n\nThe rate is *small*."
    return notebook


def with_a_cell_twice(path):
    """As some editors leave it: a cell copied with its id."""
    notebook = json.loads(path.read_text())
    notebook["cells"].insert(2, notebook["cells"][1])
    path.write_text(json.dumps(notebook))


def fill(folder):
    """What a class hands in on a bad day."""
    notebooks = {
        "zoe 1": zoe(),
        "zoe [2]": cut_short("import os\nos.kill(os.getpid(), 9)"),
        "unruly": unruly(),
        "formula": handed_out(),
    }
    setup = notebooks["formula"].cells[place(notebooks["formula"], "setup")]
    setup.source = setup.source.replace("None", 'Student("=1+1", salt="x")')
    for name, notebook in notebooks.items():
        saved(notebook, folder / f"{name}.ipynb")
    with_a_cell_twice(folder / "zoe 1.ipynb")
    (folder / "no json.ipynb").write_text('{"cells": [')
    (folder / "a list.ipynb").write_text("[1, 2]")
    (folder / "latin.ipynb").write_bytes(b'{"cells": "\xe9"}')
    saved(nbformat.v4.new_notebook(), folder / "lost.ipynb")
    (folder / "._ana.ipynb").write_text("what a Mac leaves in an archive")


class Graded:
    """The tables of one run over a class, and what it said."""

    def __init__(self, folder):
        self.folder = folder / "in [2027]"
        self.folder.mkdir()
        fill(self.folder)
        places = {name: folder / name for name in ("grades.csv", "summary.csv", "prose.md")}
        options = zip(("--csv", "--summary", "--prose"), map(str, places.values()), strict=True)
        arguments = [word for option in options for word in option]
        self.out, self.err = io.StringIO(), io.StringIO()
        with redirect_stdout(self.out), redirect_stderr(self.err):
            self.status = main(["coursework", "grade", str(self.folder), "--excel", *arguments])
        self.rows, self.lines = (self.read(places[name]) for name in ("grades.csv", "summary.csv"))
        self.prose = places["prose.md"].read_text()

    def read(self, path):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        with path.open(newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))

    def of(self, name):
        """Law and pass of each task of a notebook."""
        path = str(self.folder / f"{name}.ipynb")
        return {r["task"]: (r["law"], r["pass"]) for r in self.rows if r["notebook"] == path}

    def line(self, name):
        path = str(self.folder / f"{name}.ipynb")
        return next(line for line in self.lines if line["notebook"] == path)


@pytest.fixture(scope="module")
def a_class(tmp_path_factory):
    """One run over everything that can go wrong."""
    return Graded(tmp_path_factory.mktemp("class"))


RIGHT, BY_HAND = ("", "yes"), ("graded by hand", "")
UNDONE = ("not done yet", "no")
DIED = "its kernel died in cell 8"


@graders
def test_each_answer_is_what_its_own_part_of_the_notebook_defined(a_class):
    law = find_task(TWO).laws[0].name
    right = dict.fromkeys((STEP, HEADS, MATRIX), RIGHT)
    found = a_class.of("unruly")
    assert found.pop(TWO)[1] == "no"
    assert found == {**right, PROSE: BY_HAND}, law


@graders
def test_a_cell_that_raises_stops_no_other(a_class):
    found = a_class.of("zoe 1")
    assert found[STEP] == UNDONE
    assert [found[name] for name in (HEADS, MATRIX, TWO)] == [RIGHT] * 3
    assert "raised RuntimeError: stop here" in a_class.err.getvalue()


@graders
def test_a_kernel_that_dies_keeps_what_was_judged_before(a_class):
    found = a_class.of("zoe [2]")
    assert (found[STEP], found[PROSE]) == (RIGHT, BY_HAND)
    assert found[HEADS] == found[TWO] == (f"not graded: {DIED}", "")


@graders
def test_a_cell_that_cannot_be_stopped_ends_its_notebook_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "CELL_SECONDS", 5.0)
    monkeypatch.setattr(watch, "GRACE_SECONDS", 1.0)
    path = saved(cut_short(STUBBORN), tmp_path / "stubborn.ipynb")
    rows = {row["task"]: row for row in outcome(read_submission(path), Cold()).rows}
    assert rows[STEP]["pass"] == "yes"
    assert rows[HEADS]["law"].startswith("not graded: nothing came back for ")
    assert rows[HEADS]["law"].endswith(" seconds in cell 8")


@graders
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no json", "is no valid notebook any more"),
        ("a list", "is no valid notebook any more"),
        ("latin", "is no valid notebook any more"),
        ("lost", "is no problem set of attnkit, or its metadata were changed"),
    ],
)
def test_a_notebook_that_cannot_be_read_has_a_row_with_the_reason(a_class, name, reason):
    ((task, (law, passed)),) = a_class.of(name).items()
    assert (task, passed) == ("", "")
    assert law.startswith(f"not graded: {reason}")
    assert reason in a_class.line(name)["note"]
    assert f"{name}.ipynb {reason}" in a_class.err.getvalue()


@graders
def test_the_run_goes_through_the_folder_and_says_that_something_was_left(a_class):
    assert a_class.status == 1
    assert "(8 of 8)" in a_class.err.getvalue()
    assert "grades.csv" in a_class.out.getvalue()
    assert "._ana" not in a_class.err.getvalue()


@graders
def test_two_submissions_of_one_id_are_told_however_its_accent_is_typed(a_class):
    assert "zo\u00eb handed in icl 2 times, as " in a_class.err.getvalue()
    assert {line["student"] for line in a_class.lines if "zoe" in line["notebook"]} == {"zo\u00eb"}


@graders
def test_the_table_holds_variants_and_nothing_a_student_wrote(a_class):
    assert tuple(a_class.rows[0]) == COLUMNS
    assert not any(SECRET in str(row) for row in a_class.rows)
    for row in a_class.rows:
        if row["student"] == "zo\u00eb":
            zoe = Student("zo\u00eb", salt="2026")
            assert row["variant"] == describe(variant(row["task"], zoe))


@graders
def test_a_notebook_for_everybody_is_whose_it_says_and_no_formula(a_class):
    assert a_class.of("formula")[STEP] == UNDONE
    assert a_class.line("formula")["student"] == "'=1+1"


@graders
def test_the_summary_gives_points_and_what_a_person_has_to_add(a_class):
    worth = {name: find_task(name).difficulty for name in (STEP, HEADS, MATRIX, TWO)}
    zoe = a_class.line("zoe 1")
    assert [zoe[name] for name in worth] == ["0", *map(str, list(worth.values())[1:])]
    assert zoe["points"] == str(sum(worth.values()) - worth[STEP])
    assert (zoe["of"], zoe["set"]) == (str(sum(worth.values())), "icl")
    assert zoe["by hand"] == str(len(find_task(PROSE).rubric))
    dying = a_class.line("zoe [2]")
    assert (dying["points"], dying[HEADS]) == (str(worth[STEP]), "")
    twin = a_class.folder / "zoe 1.ipynb"
    assert dying["note"] == f"3 of 5 tasks not graded: {DIED}; handed in as {twin} too"


@graders
def test_prose_is_collected_under_its_rubric(a_class):
    task = find_task(PROSE)
    assert f"{task.title} ({PROSE}), {len(task.rubric)} points" in a_class.prose
    assert all(f"- {line}" in a_class.prose for line in task.rubric)
    _, _, by_zoe = a_class.prose.partition("### zo\u00eb\n")
    assert by_zoe.split("###")[0].strip().endswith("> # First\n>\n> The rate is *small*.")
    assert "> (Nothing was written.)" in a_class.prose
    assert a_class.prose.count("\n### ") == 4


COLD = min(SETS, key=lambda name: len(SETS[name].tasks))  # the set graded from cold


@pytest.fixture(scope="module")
def warm():
    """What forks a session for each notebook: it imports everything once."""
    with closing(desk()) as started:
        yield started


@graders
@pytest.mark.parametrize("name", sorted(SETS))
def test_every_solution_notebook_is_graded_all_yes(name, warm, tmp_path, monkeypatch):
    if name != COLD:
        monkeypatch.setattr(run, "Cold", lambda: warm)
    (notebook,) = made(SETS[name], "solution").values()
    rows, troubles = graded(saved(notebook, tmp_path / "solution.ipynb"))
    wanted = ["yes" if is_checked(task) else "" for task in SETS[name].tasks]
    assert [row["pass"] for row in rows] == wanted, rows
    assert troubles == []


def test_a_kernel_that_dies_at_once_is_told(tmp_path, monkeypatch):
    path = saved(handed_out(), tmp_path / "dead.ipynb")
    ended = watch.Told(ended="its kernel died in cell 1")
    monkeypatch.setattr(watch, "run_session", lambda *_: ended)
    with pytest.raises(HandoutError, match=r"dead\.ipynb: its kernel died in cell 1"):
        graded(path)


def test_a_wrong_answer_is_told_by_its_law():
    def mean_label(inputs, targets, query, rate):
        return targets.mean()

    row = grades(ICL, {"one_step": mean_label})[0]
    assert (row["task"], row["pass"]) == ("one-gradient-step", "no")
    assert row["law"] in {law.name for law in find_task("one-gradient-step").laws}


def test_a_cell_that_was_stopped_is_told_to_be_slow(tmp_path, monkeypatch):
    told = watch.Told(raised={2: "KeyboardInterrupt", 3: "NameError"}, stopped={2})
    monkeypatch.setattr(watch, "run_session", lambda *_: told)
    found = outcome(read_submission(saved(handed_out(), tmp_path / "a.ipynb")), Cold())
    assert found.troubles == ["cell 2 took more than 120 seconds", "cell 3 raised NameError"]


def test_an_endless_answer_breaks_no_law(monkeypatch):
    monkeypatch.setattr("attnkit.coursework.limits.CALL_SECONDS", 0.2)

    def endless(*_, **__):
        while True:
            pass

    row = grades(FEW, {"one_step": endless})[0]
    assert (row["law"], row["pass"], row["points"]) == ("too slow", "no", "0")


def test_an_answer_that_raises_past_its_check_is_wrong_and_no_more():
    def stopped(*_, **__):
        raise KeyboardInterrupt

    row = grades(FEW, {"one_step": stopped})[0]
    assert (row["law"], row["pass"]) == ("the answer raised KeyboardInterrupt", "no")


def test_a_part_is_judged_where_its_check_stands(tmp_path):
    submission = read_submission(saved(handed_out(), tmp_path / "few.ipynb"))
    parts = [task.name if task else None for _, task in submission.parts()]
    assert parts[:2] == [None, None]
    assert list(dict.fromkeys(parts[2:])) == [STEP, HEADS, MATRIX, TWO, PROSE]


def grade(*arguments):
    return main(["coursework", "grade", *map(str, arguments)])


def test_a_table_is_not_overwritten_unasked(tmp_path, capsys):
    table = tmp_path / "grades.csv"
    table.write_text("last week's")
    arguments = (tmp_path / "none.ipynb", "--csv", table)
    assert grade(*arguments) == 1
    assert f"{table} is there already" in capsys.readouterr().err
    assert grade(*arguments, "--overwrite") == 1
    shown = capsys.readouterr().err
    assert "none.ipynb cannot be read" in shown
    assert "no notebook could be graded" in shown
    assert table.read_text() == "last week's"


def test_no_table_takes_the_place_of_another(tmp_path, capsys):
    table = tmp_path / "grades.csv"
    assert grade(tmp_path, "--csv", table, "--summary", table) == 1
    assert "is named twice" in capsys.readouterr().err
    (tmp_path / "prose.md").write_text("last week's")
    assert grade(tmp_path, "--csv", table, "--prose", tmp_path / "prose.md") == 1
    assert "prose.md is there already" in capsys.readouterr().err


def test_a_table_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(HandoutError, match=r"cannot write .*grades\.csv: "):
        write_grades([], tmp_path / "no_folder" / "grades.csv")


def test_no_notebook_is_run_for_a_table_that_could_not_be_written(tmp_path, capsys):
    table = tmp_path / "no_folder" / "grades.csv"
    assert grade(tmp_path, "--csv", table) == 1
    assert f"cannot write {table}: there is no folder" in capsys.readouterr().err
    assert grade(tmp_path, "--csv", tmp_path) == 1
    assert f"cannot write {tmp_path}: it is a folder" in capsys.readouterr().err


def test_a_grader_who_is_stopped_keeps_what_was_graded(tmp_path, capsys, monkeypatch):
    (tmp_path / "a.ipynb").write_text("[]")
    path = saved(handed_out(), tmp_path / "b.ipynb")

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("attnkit.coursework.handout.papers.outcome", stop)
    class_list, book = tmp_path / "class.csv", tmp_path / "book.csv"
    class_list.write_text("Username\nana\n")
    asked = ("--gradebook", book, "--student-file", class_list)
    assert grade(tmp_path, "--csv", tmp_path / "grades.csv", *asked) == 130
    said = capsys.readouterr().err
    assert "stopped; " in said
    assert "not in" not in said
    assert not book.exists()
    text = (tmp_path / "grades.csv").read_text(encoding="utf-8-sig")
    assert "a.ipynb,,not graded: is no valid notebook" in text
    assert f"{path},,not graded: the grader was stopped before its turn" in text


def test_an_error_of_the_graders_own_costs_one_notebook_only(tmp_path, monkeypatch):
    saved(handed_out(), tmp_path / "b.ipynb")
    monkeypatch.setattr("attnkit.coursework.handout.papers.outcome", lambda *_: 1 / 0)
    assert grade(tmp_path, "--csv", tmp_path / "grades.csv") == 1
    text = (tmp_path / "grades.csv").read_text(encoding="utf-8")
    assert "not graded: ZeroDivisionError" in text
    assert text.startswith("student,")  # no mark for Excel unasked


@pytest.mark.parametrize("name", ["icl [1].ipynb", "icl*.ipynb", "icl?.ipynb", "plain.ipynb"])
def test_a_place_that_exists_is_that_place(tmp_path, name):
    folder = tmp_path / "in [2027]*?"
    folder.mkdir()
    path = folder / name
    path.write_text("{}")
    assert notebooks_in([str(path)]) == [path]
    assert notebooks_in([str(folder)]) == [path]
    assert notebooks_in([str(path), str(folder), f"{folder}/../{folder.name}/{name}"]) == [path]


def test_folders_and_patterns_stand_for_their_notebooks(tmp_path):
    paths = [tmp_path / f"{name}.ipynb" for name in ("ana", "ben")]
    for path in paths:
        path.touch()
    assert notebooks_in([str(tmp_path)]) == paths
    assert notebooks_in([f"{tmp_path}/b*.ipynb", str(tmp_path), "missing.ipynb"]) == [
        paths[1],
        paths[0],
        Path("missing.ipynb"),
    ]
    with pytest.raises(HandoutError, match=r"no notebook is found by .*z\*"):
        notebooks_in([f"{tmp_path}/z*"])


def test_a_place_without_a_notebook_stops_no_other(tmp_path):
    (tmp_path / "ana.ipynb").touch()
    (tmp_path / "empty").mkdir()
    places = [f"{tmp_path}/z*", str(tmp_path / "empty"), str(tmp_path)]
    assert notebooks_in(places) == [*map(Path, places[:2]), tmp_path / "ana.ipynb"]


@pytest.mark.parametrize(
    "entry", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\uff1d1+1", "\r\n=1", "\u00a0=1"]
)
def test_a_spreadsheet_reads_no_formula(tmp_path, entry):
    row = dict.fromkeys(COLUMNS, "") | {"student": entry}
    assert write_grades([row], tmp_path / "grades.csv").startswith("wrote ")
    with (tmp_path / "grades.csv").open(newline="", encoding="utf-8-sig") as file:
        assert next(csv.DictReader(file))["student"] == f"'{entry}"


def test_a_table_takes_what_is_no_text(tmp_path):
    write_table([{"a": 1.5, "b": "\udc80"}], ["a", "b", "c"], tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig") == "a,b,c\n1.5,?,\n"


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({}, "is no problem set of attnkit"),
        ({METADATA: {"set": "ilc"}}, "did you mean 'icl'"),
        ({METADATA: {"set": "icl", "student": "ana"}}, "salt must not be empty"),
        ({METADATA: {"set": "icl", "student": 3, "salt": "x"}}, "id must be a string"),
        ({METADATA: {"set": "icl", "tasks": 3}}, "its metadata were changed"),
        ({METADATA: {"set": "icl", "tasks": ["no-task"]}}, "no task is called 'no-task'"),
        ({METADATA: {"set": ["icl"]}}, "its metadata were changed"),
        ({METADATA: "icl"}, "its metadata were changed"),
    ],
)
def test_changed_metadata_are_told(tmp_path, metadata, message):
    path = saved(nbformat.v4.new_notebook(metadata=metadata), tmp_path / "changed.ipynb")
    with pytest.raises(HandoutError, match=rf"changed\.ipynb .*{message}"):
        graded(path)


def test_a_notebook_edited_until_it_is_invalid_is_told(tmp_path):
    path = saved(handed_out(), tmp_path / "edited.ipynb")
    path.write_text(path.read_text().replace('"cell_type": "code"', '"cell_type": "kode"', 1))
    with pytest.raises(HandoutError, match=r"edited\.ipynb is no valid notebook any more"):
        graded(path)


def test_every_answer_is_judged_in_a_notebook_without_a_cell(tmp_path):
    notebook = handed_out()
    notebook.cells = []
    steps = job(read_submission(saved(notebook, tmp_path / "empty.ipynb")))["steps"]
    assert [step["task"] for step in steps] == [STEP, HEADS, MATRIX, TWO]
