"""Notebooks made from a set: valid, always the same, unsolved for students, right for teachers."""

import json
import re
import shutil
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from attnkit.command import main
from attnkit.coursework import Student, check, variant
from attnkit.coursework.asked import plain
from attnkit.coursework.handout import HandoutError
from attnkit.coursework.handout.cells import METADATA, check_call, is_checked
from attnkit.coursework.handout.export import SOLVED, made, written
from attnkit.coursework.handout.solutions import Solution, read_solution, solutions_folder
from attnkit.coursework.handout.splice import function_name, splice
from attnkit.coursework.handout.submission import read_submission
from attnkit.rooms import room
from tests.coursework.handed_out import SETS, cells, environment, read, small_set

FORMATS = ("student", *SOLVED)
ANA = Student("ana", salt="2026")
# A set's notebooks are made once, by the worker of its tests.
every_set = pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, id=name, marks=pytest.mark.xdist_group(f"{name} handed out"))
        for name in sorted(SETS)
    ],
)


@cache
def exported(name, to, student=None):
    """A notebook that several tests read, and none may change."""
    return made_anew(name, to, student)


def made_anew(name, to, student=None):
    (notebook,) = made(SETS[name], to, students=[student] if student else ()).values()
    return notebook


@pytest.mark.parametrize("to", FORMATS)
@every_set
def test_format_is_valid_with_ids_that_stay(name, to):
    notebook, again = exported(name, to), made_anew(name, to)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert notebook == again


@every_set
def test_the_students_notebook_holds_no_line_of_the_solution(name):
    text = "".join(cell.source for cell in exported(name, "student", ANA).cells)
    for task in SETS[name].tasks:
        known = f"{task.statement} {task.placeholder}"
        lines = f"{read_solution(task).explanation}\n{read_solution(task).code}".splitlines()
        telling = [line for line in lines if len(line.strip()) > 30 and line.strip() not in known]
        assert [line for line in telling if line.strip() in text] == []


@every_set
def test_no_role_of_the_book_is_left_for_jupyter(name):
    for cell in exported(name, "solution").cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"\{[a-z:-]+\}`|^:::|^```\{", cell.source, re.M), cell.source


@pytest.mark.parametrize("to", FORMATS)
@every_set
def test_numbers_are_the_books_in_a_part_of_a_set_too(name, to):
    first, last = min(3, len(SETS[name].tasks)), len(SETS[name].tasks)
    some = replace(SETS[name], tasks=SETS[name].tasks[first - 1 :: 3])
    (notebook,) = made(some, to).values()
    headings = [text.source.splitlines()[0] for text in cells(notebook, "statement").values()]
    part = room(name.replace("-", "_")).part
    wanted = [f"## {part}.{place}. " for place in range(first, last + 1, 3)]
    assert [heading.startswith(w) for heading, w in zip(headings, wanted, strict=True)] == [
        True for _ in wanted
    ]


@every_set
def test_the_variant_is_the_students_own_and_printed(name):
    notebook = exported(name, "student", ANA)
    assert notebook.metadata[METADATA] == {"set": name, "student": "ana", "salt": "2026"}
    for task in SETS[name].tasks:
        text = cells(notebook, "statement")[task.name].source
        for quantity, value in variant(task, ANA).items():
            assert f"{quantity} = {value}" in text


@pytest.mark.xdist_group("graders")
def test_the_students_notebook_runs_unsolved_in_jupyter(tmp_path):
    notebook = made(small_set(), "student", students=[ANA])["icl-ana.ipynb"]
    NotebookClient(
        notebook, kernel_name="python3", timeout=180, resources={"metadata": {"path": tmp_path}}
    ).execute(env=environment(tmp_path))
    shown = {task: printed(cell) for task, cell in cells(notebook, "check").items()}
    assert set(shown) == {task.name for task in small_set().tasks if is_checked(task)}
    assert all("not done yet" in text for text in shown.values()), shown
    assert list(tmp_path.iterdir()) == []


@every_set
def test_the_students_notebook_runs_unsolved_from_top_to_bottom(name):
    names = {"__name__": "unsolved"}
    for cell in exported(name, "student", ANA).cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
    for task in filter(is_checked, SETS[name].tasks):
        assert eval(check_call(task), names).status == "not done yet", task.name


def printed(cell):
    return "".join(each.data["text/plain"] for each in cell.outputs)


@every_set
def test_every_check_may_be_run_again_after_the_last_cell(name):
    """And the solutions pass as they are spliced for nbgrader and Otter."""
    notebook = exported(name, "nbgrader")
    names = {}
    exec(next(cell.source for cell in notebook.cells if cell.id == "setup"), names)
    for cell in cells(notebook, "answer").values():
        exec(cell.source, names)
    for task in filter(is_checked, SETS[name].tasks):
        assert eval(check_call(task), names).passed, task.name


@every_set
def test_otter_and_nbgrader_get_the_same_code(name):
    for_otter, for_nbgrader = (cells(exported(name, to), "answer") for to in ("otter", "nbgrader"))
    assert list(for_otter) == list(for_nbgrader)
    for task, cell in for_otter.items():
        kept = cell.source.partition("    '''  # BEGIN PROMPT")[0]
        assert unmarked(kept) == unmarked(for_nbgrader[task].source), task


def unmarked(source):
    """The lines of code, without those that tell a tool where to cut."""
    marks = re.compile(r"#+ (BEGIN|END) SOLUTION")
    return [line for line in source.rstrip().splitlines() if not marks.search(line)]


def test_roles_give_way_to_their_words():
    assert plain("by {eq}`the line <eq-line>` and {cite}`martins2020sparse`, $x_{a}`b`$") == (
        "by the line and martins2020sparse, $x_{a}`b`$"
    )


PLACEHOLDER = '''
import math


def half(value):
    """Half of it."""
    return math.nan
'''


def spliced(code):
    return splice(PLACEHOLDER, Solution(Path("half.py"), "Halve it.", code))


def test_what_stands_beside_the_function_moves_into_it():
    parts = spliced(
        "TWO = 2\n\ndef by(x):\n    return x / TWO\n\ndef half(value):\n    return by(value)"
    )
    names = {}
    exec(f"{parts.head}\n{parts.full}", names)
    assert names["half"](3.0) == 1.5
    assert "by" not in names
    assert parts.head.endswith('"""Half of it."""')
    assert parts.empty.strip() == "return math.nan"


@pytest.mark.parametrize(
    "code",
    [
        "def double(value):\n    return value / 2",
        "def half(number):\n    return number / 2",
        "import torch\n\n@torch.no_grad()\ndef half(value):\n    return value / 2",
        "def half(value): return value / 2",
    ],
)
def test_a_solution_that_does_not_fit_is_refused(code):
    with pytest.raises(HandoutError, match=r"half\.py must define half\(value\)"):
        spliced(code)


# What a person may get wrong.


def run(*arguments):
    return main(["coursework", *map(str, arguments)])


def test_list_shows_sets_and_tasks(capsys):
    assert run("list") == 0
    shown = capsys.readouterr().out
    for name, problem_set in SETS.items():
        assert f"{name}: {problem_set.title}" in shown
        assert all(f"    {task.name}: " in shown for task in problem_set.tasks)


def test_export_writes_one_notebook_for_each_student(tmp_path, capsys):
    out = tmp_path / "new" / "folder"
    arguments = ("--to", "student", "--out", out, "--student", "ana", "b@x.edu", "--salt", "2026")
    assert run("export", "icl", *arguments) == 0
    assert sorted(path.name for path in out.iterdir()) == ["icl-ana.ipynb", "icl-b@x.edu.ipynb"]
    assert f"wrote {out / 'icl-ana.ipynb'}" in capsys.readouterr().out
    assert read(out / "icl-ana.ipynb") == exported("icl", "student", ANA)


def test_an_unknown_set_suggests_the_nearest(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        run("export", "memroy", "--to", "student", "--out", tmp_path)
    assert stopped.value.code == 2
    assert "no problem set is called 'memroy'; did you mean 'memory'?" in capsys.readouterr().err


def test_nothing_is_overwritten_unasked(tmp_path, capsys):
    (tmp_path / "icl-ben.ipynb").write_text("a student's work")
    arguments = ("--to", "student", "--out", tmp_path, "--student", "ana", "ben", "--salt", "2026")
    assert run("export", "icl", *arguments) == 1
    message = capsys.readouterr().err
    assert "holds icl-ben.ipynb already" in message
    assert "--overwrite" in message
    assert [path.name for path in tmp_path.iterdir()] == ["icl-ben.ipynb"]
    assert (tmp_path / "icl-ben.ipynb").read_text() == "a student's work"
    assert run("export", "icl", *arguments, "--overwrite") == 0
    shown = capsys.readouterr().out
    assert f"wrote {tmp_path / 'icl-ana.ipynb'}" in shown
    assert f"replaced {tmp_path / 'icl-ben.ipynb'}" in shown


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    assert run("export", "icl", "--to", "student", "--out", tmp_path / "file" / "out") == 1
    assert f"cannot write to {tmp_path / 'file' / 'out'}: " in capsys.readouterr().err


def test_a_read_only_folder_is_named(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.write_text", refuse)
    with pytest.raises(HandoutError, match=r"cannot write to .*: Permission denied"):
        written(made(small_set(), "student"), tmp_path)


def test_without_solutions_only_the_students_notebook_is_made(tmp_path, capsys, monkeypatch):
    """As in an installed package."""
    monkeypatch.setattr("attnkit.__file__", str(tmp_path / "attnkit" / "__init__.py"))
    assert run("export", "icl", "--to", "student", "--out", tmp_path / "a") == 0
    for to in SOLVED:
        assert run("export", "icl", "--to", to, "--out", tmp_path / "b") == 1
        message = capsys.readouterr().err
        assert "installed packages carry none" in message
        assert "--solutions" in message
    assert not (tmp_path / "b").exists()


def test_solutions_may_lie_elsewhere(tmp_path):
    shutil.copytree(solutions_folder(), tmp_path / "mine")
    out = tmp_path / "out"
    place = ("--solutions", tmp_path / "mine", "--out", out)
    assert run("export", "icl", "--to", "solution", *place) == 0
    assert json.loads((out / "icl-solution.ipynb").read_text())["nbformat"] == 4


@pytest.mark.parametrize(
    ("source", "message"),
    [("x = 1", "must open with a docstring"), ("def (", "is not Python: .*, line 1")],
)
def test_a_damaged_solution_is_named(tmp_path, source, message):
    task = replace(small_set().tasks[0], name="some-task")
    (tmp_path / "some_task.py").write_text(source)
    with pytest.raises(HandoutError, match=rf"some_task\.py {message}"):
        read_solution(task, tmp_path)


@pytest.mark.parametrize("arguments", [("--student", "ana"), ("--salt", "2026")])
def test_student_and_salt_go_together(tmp_path, capsys, arguments):
    assert run("export", "icl", "--to", "student", "--out", tmp_path, *arguments) == 1
    assert "--student and --salt go together" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../ana", "a/b", ".ana", "ana ben"])
def test_an_id_that_is_no_part_of_a_file_name_is_refused(tmp_path, capsys, name):
    arguments = ("--out", tmp_path, "--student", name, "--salt", "2026")
    assert run("export", "icl", "--to", "student", *arguments) == 1
    assert repr(name) in capsys.readouterr().err


def exported_to(out, *arguments):
    return run("export", "icl", "--to", "student", "--out", out, *arguments)


def test_a_set_may_be_handed_out_in_part(tmp_path):
    names = ["heads-needed", "best-plain-rate"]
    assert exported_to(tmp_path, "--tasks", *names) == 0
    notebook = read(tmp_path / "icl.ipynb")
    assert list(cells(notebook, "statement")) == names
    assert notebook.metadata[METADATA] == {"set": "icl", "tasks": names}
    assert [
        task.name for task in read_submission(tmp_path / "icl.ipynb").problem_set.tasks
    ] == names


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["heads-neded"], "'icl' has no task 'heads-neded'; did you mean 'heads-needed'?"),
        (["delta-memory"], "'icl' has no task 'delta-memory'"),
        (["heads-needed", "heads-needed"], "the task 'heads-needed' is named twice"),
    ],
)
def test_a_task_that_is_not_in_the_set_is_told(tmp_path, capsys, names, message):
    assert exported_to(tmp_path / "out", "--tasks", *names) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_roster_names_a_student_on_each_line(tmp_path):
    roster = tmp_path / "class.txt"
    roster.write_bytes("\ufeffana\r\n\r\n zoe\u0308 \r\n".encode())
    out = tmp_path / "out"
    assert exported_to(out, "--roster", roster, "--student", "ben", "--salt", "2026") == 0
    names = ["icl-ana.ipynb", "icl-ben.ipynb", "icl-zo\u00eb.ipynb"]
    assert sorted(path.name for path in out.iterdir()) == names


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"\n \n", "names no student: it must hold an id on each line"),
        (b"zo\xeb", "is no text in UTF-8"),
        (b"ana\nben\nANA\n", "class.txt) and 'ANA' (line 3 of "),
        (
            "zo\u00eb\nzoe\u0308\n".encode(),
            "a student is named twice, as 'zo\u00eb' (line 1 of ",
        ),
        (b"ana;Ana Maria", "name one with --id-column: 'ana', 'Ana Maria'"),
        (b"Username\nana maria", "got 'ana maria'"),
        (b"an\x00a", "id must hold no control signs, got 'an\\x00a'"),
    ],
)
def test_a_roster_that_cannot_be_used_is_told(tmp_path, capsys, text, message):
    (tmp_path / "class.txt").write_bytes(text)
    given = ("--roster", tmp_path / "class.txt", "--salt", "2026")
    assert exported_to(tmp_path / "out", *given) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_roster_that_is_not_there_is_told(tmp_path, capsys):
    assert exported_to(tmp_path, "--roster", tmp_path / "class.txt", "--salt", "x") == 1
    assert "class.txt cannot be read: No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--student", "", "--salt", "x"), "id must not be empty"),
        (("--student", "ana", " ", "--salt", "x"), "id must not be empty"),
        (("--student", "ana", "--salt", " "), "salt must not be empty"),
        (("--student", "ana", "--salt", ""), "salt must not be empty"),
        (("--student", "ana", "ana", "--salt", "x"), "a student is named twice"),
    ],
)
def test_a_blank_word_and_an_id_given_twice_are_told(tmp_path, capsys, arguments, message):
    assert exported_to(tmp_path / "out", *arguments) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_name_whose_accents_stand_alone_is_a_name(tmp_path):
    name = "\u0930\u0940\u0924\u093e"  # Rita in Devanagari, half of it marks
    assert exported_to(tmp_path, "--student", name, "--salt", "x") == 0
    assert [path.name for path in tmp_path.iterdir()] == [f"icl-{name}.ipynb"]


def test_missing_jupyter_is_explained(tmp_path, capsys, monkeypatch):
    for name in ("export", "cells"):
        monkeypatch.delitem(sys.modules, f"attnkit.coursework.handout.{name}")
    monkeypatch.setitem(sys.modules, "nbformat", None)
    assert run("export", "icl", "--to", "student", "--out", tmp_path) == 1
    assert "notebooks need nbformat" in capsys.readouterr().err


def test_a_check_call_asks_for_the_function_of_the_placeholder():
    task = small_set().tasks[0]
    assert check_call(task).startswith(f'check("{task.name}", {function_name(task.placeholder)}')
    assert check(task.name).status == "not done yet"
