"""The grader's table: who broke which law, and nothing that a student wrote."""

import csv
import json
from pathlib import Path

import nbformat
import pytest

from attnkit.command import main
from attnkit.coursework import Student, describe, find_task, variant
from attnkit.coursework.handout import HandoutError
from attnkit.coursework.handout.cells import METADATA, is_checked
from attnkit.coursework.handout.export import made
from attnkit.coursework.handout.grades import COLUMNS, grades, write_grades
from attnkit.coursework.handout.run import graded, notebooks_in
from tests.coursework.handed_out import SETS, cells, solve

ICL = SETS["icl"]
ANA = Student("ana", salt="2026")
SECRET = "a word that only the student knows"


def handed_out(student=None):
    (notebook,) = made(ICL, "student", students=[student] if student else ()).values()
    return notebook


def saved(notebook, path):
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def submitted(tmp_path):
    """Three notebooks: one solved but for one task, one no notebook any more, one of nobody's."""
    solved = handed_out(ANA)
    solve(solved, ICL)
    first, second, *_ = cells(solved, "answer").values()
    first.source = "raise RuntimeError('stop here')"
    second.source = second.source.replace("return", f"print({SECRET!r})\n    return", 1)
    (tmp_path / "damaged.ipynb").write_text('{"cells": [')
    return [
        with_a_cell_twice(saved(solved, tmp_path / "ana.ipynb")),
        tmp_path / "damaged.ipynb",
        saved(handed_out(), tmp_path / "nobody.ipynb"),
    ]


def with_a_cell_twice(path):
    """As some editors leave it: a cell copied with its id."""
    notebook = json.loads(path.read_text())
    notebook["cells"].insert(2, notebook["cells"][1])
    path.write_text(json.dumps(notebook))
    return path


@pytest.mark.xdist_group("graders")
def test_a_damaged_notebook_is_named_and_the_others_are_graded(submitted, tmp_path, capsys):
    table = tmp_path / "grades.csv"
    arguments = ["coursework", "grade", *map(str, submitted), "--csv", str(table)]
    assert main(arguments) == 1
    shown = capsys.readouterr()
    assert f"{submitted[1]} is no valid notebook any more" in shown.err
    assert f"running {submitted[2]} (3 of 3)" in shown.err
    assert "raised RuntimeError: stop here" in shown.err
    assert f"wrote {table}" in shown.out
    text = table.read_text()
    with table.open(newline="") as file:
        rows = {(row["student"], row["task"]): row for row in csv.DictReader(file)}
    assert SECRET not in text
    assert tuple(next(iter(rows.values()))) == COLUMNS
    assert len(rows) == 2 * len(ICL.tasks)
    _ana_solved_all_but_one(rows)
    nobody = str(submitted[2])
    laws = {(rows[nobody, t.name]["pass"], rows[nobody, t.name]["law"]) for t in ICL.tasks}
    assert laws == {("no", "not done yet"), ("", "graded by hand")}


def _ana_solved_all_but_one(rows):
    checked = [task.name for task in ICL.tasks if is_checked(task)]
    assert [rows["ana", name]["pass"] for name in checked] == ["no"] + ["yes"] * (len(checked) - 1)
    assert rows["ana", checked[0]]["law"] == "not done yet"
    for task in ICL.tasks:
        assert rows["ana", task.name]["variant"] == describe(variant(task, ANA))


def test_a_wrong_answer_is_told_by_its_law():
    def mean_label(inputs, targets, query, rate):
        return targets.mean()

    row = grades(ICL, {"one_step": mean_label})[0]
    assert (row["task"], row["pass"]) == ("one-gradient-step", "no")
    assert row["law"] in {law.name for law in find_task("one-gradient-step").laws}


def test_a_table_is_not_overwritten_unasked(tmp_path, capsys):
    table = tmp_path / "grades.csv"
    table.write_text("last week's")
    arguments = ["coursework", "grade", str(tmp_path / "none.ipynb"), "--csv", str(table)]
    assert main(arguments) == 1
    assert f"{table} is there already" in capsys.readouterr().err
    assert main([*arguments, "--overwrite"]) == 1
    shown = capsys.readouterr().err
    assert "none.ipynb cannot be read" in shown
    assert "no notebook could be graded" in shown
    assert table.read_text() == "last week's"


def test_a_table_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(HandoutError, match=r"cannot write .*grades\.csv: "):
        write_grades([], tmp_path / "no_folder" / "grades.csv")


def test_no_notebook_is_run_for_a_table_that_could_not_be_written(tmp_path, capsys):
    table = tmp_path / "no_folder" / "grades.csv"
    assert main(["coursework", "grade", str(tmp_path), "--csv", str(table)]) == 1
    assert f"cannot write {table}: there is no folder" in capsys.readouterr().err


def test_folders_and_patterns_stand_for_their_notebooks(tmp_path):
    paths = [saved(handed_out(), tmp_path / f"{name}.ipynb") for name in ("ana", "ben")]
    assert notebooks_in([str(tmp_path)]) == paths
    assert notebooks_in([f"{tmp_path}/b*.ipynb", str(tmp_path), "missing.ipynb"]) == [
        paths[1],
        paths[0],
        Path("missing.ipynb"),
    ]
    with pytest.raises(HandoutError, match=r"no notebook is found by .*z\*"):
        notebooks_in([f"{tmp_path}/z*"])


def test_a_spreadsheet_reads_no_formula(tmp_path):
    row = dict.fromkeys(COLUMNS, "") | {"student": "=1+1"}
    assert write_grades([row], tmp_path / "grades.csv").startswith("wrote ")
    assert (tmp_path / "grades.csv").read_text().splitlines()[1].startswith("'=1+1,")


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({}, "is no problem set of attnkit"),
        ({METADATA: {"set": "ilc"}}, "did you mean 'icl'"),
        ({METADATA: {"set": "icl", "student": "ana"}}, "salt must not be empty"),
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


@pytest.mark.xdist_group("graders")
def test_a_kernel_that_dies_is_told(tmp_path):
    notebook = handed_out()
    notebook.cells = [nbformat.v4.new_code_cell("import os; os._exit(1)")]
    with pytest.raises(HandoutError, match=r"dead\.ipynb: its kernel died"):
        graded(saved(notebook, tmp_path / "dead.ipynb"))
