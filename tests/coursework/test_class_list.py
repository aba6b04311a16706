"""Class lists as Canvas and Moodle export them, and as a teacher writes them."""

import pytest

from attnkit.command import main
from attnkit.coursework.handout import HandoutError
from attnkit.coursework.handout.class_list import read_class_list

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Week 3 (4314282),Current Score\n"
    "    Points Possible,,,,,7,(read only)\n"
    ",,,,,Manual Posting,\n"
    '"Núñez, Ana",101,S1,ana,Monday,5,71.4\n'
    '"Ø, Ben",102,S2,ben,"Monday, Tuesday",,\n'
    '"Student, Test",999,,bbbc6740f0b946af,Monday,,\n'
)
MOODLE = (
    '"First name";"Last name";"ID number";"Email address";"Groups"\n'
    "Ana;Núñez;;ana@x.edu;\n"
    "\n"
    "Ben;Ø;17;ben@x.edu;A\n"
)


def saved(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "class.csv"
    path.write_bytes(text.encode(encoding))
    return path


def ids(class_list):
    return [(entry.line, entry.id) for entry in class_list.entries]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_canvas_is_read_without_its_lines_that_are_no_students(tmp_path, encoding):
    found = read_class_list(saved(tmp_path, CANVAS, encoding))
    assert ids(found) == [(4, "ana"), (5, "ben")]
    assert found.entries[0].cells["Student"] == "Núñez, Ana"
    assert found.said() == f"2 ids from the column 'SIS Login ID' of {found.path}"


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_moodles_ids_come_from_the_first_column_in_which_everybody_has_one(tmp_path, separator):
    found = read_class_list(saved(tmp_path, MOODLE.replace(";", separator)))
    assert (found.id_column, ids(found)) == (
        "Email address",
        [(2, "ana@x.edu"), (4, "ben@x.edu")],
    )


def test_a_column_may_be_named_whatever_its_capitals(tmp_path):
    found = read_class_list(saved(tmp_path, CANVAS), "sis user id")
    assert (found.id_column, [entry.id for entry in found.entries]) == ("SIS User ID", ["S1", "S2"])


@pytest.mark.parametrize("text", ["ana\n\nben\n", "ID\nana\n\nben\n"])
def test_a_list_of_ids_may_have_a_heading(tmp_path, text):
    assert [entry.id for entry in read_class_list(saved(tmp_path, text)).entries] == ["ana", "ben"]


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        (MOODLE, "ID number", "has no 'ID number' in line 2"),
        (MOODLE, "login", "has no column 'login'; name one with --id-column: 'First name', "),
        ("Vorname;Kennung\nAna;a1\n", None, "no column that is known to hold ids; .*'Kennung'"),
        ("Username\n\n", None, "names no student: nothing stands below its headings"),
        ("Username,Group\nana,A,B\n", None, "has 3 cells in line 2 and 2 headings"),
        ("ana\nben,Ben\n", None, "must hold one id in line 2, got"),
        (" \n\n", None, "names no student"),
    ],
)
def test_a_list_that_cannot_be_used_is_told(tmp_path, text, column, message):
    with pytest.raises(HandoutError, match=rf"class\.csv .*{message}"):
        read_class_list(saved(tmp_path, text), column)


def export(out, *arguments):
    told = ("--to", "student", "--out", out, "--salt", "x", *arguments)
    return main(["coursework", "export", "icl", *map(str, told)])


def test_a_class_gets_its_notebooks_and_the_choice_of_column_is_told(tmp_path, capsys):
    path, out = saved(tmp_path, CANVAS), tmp_path / "out"
    assert export(out, "--student-file", path) == 0
    assert sorted(each.name for each in out.iterdir()) == ["icl-ana.ipynb", "icl-ben.ipynb"]
    assert "2 ids from the column 'SIS Login ID' of" in capsys.readouterr().err


def test_who_stands_in_the_list_twice_is_told_with_the_lines(tmp_path, capsys):
    path = saved(tmp_path, "Username,Group\nana,A\nben,B\nAna,C\n")
    assert export(tmp_path / "out", "--student-file", path) == 1
    said = capsys.readouterr().err
    assert "named twice, as 'ana' (line 2 of " in said
    assert "and 'Ana' (line 4 of " in said
    assert export(tmp_path / "out", "--student", "ana", "--id-column", "ID") == 1
    assert "--id-column names a column of --student-file" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
