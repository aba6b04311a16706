"""Gradebooks have the class list's own ids and columns, and no line that takes points away."""

import csv

import nbformat
import pytest

from attnkit.coursework import Student
from attnkit.coursework.handout import HandoutError
from attnkit.coursework.handout.class_list import read_class_list
from attnkit.coursework.handout.export import chosen, made
from attnkit.coursework.handout.gradebook import gradebook
from attnkit.coursework.handout.grades import grades
from attnkit.coursework.handout.papers import Paper, left_over
from attnkit.coursework.handout.submission import read_submission
from attnkit.coursework.handout.tables import write_table
from tests.coursework.handed_out import SETS
from tests.coursework.test_class_list import CANVAS, MOODLE

FEW = chosen(SETS["icl"], ["superposed-heads", "best-plain-rate"])
TITLE, WORTH = FEW.title, str(FEW.tasks[0].difficulty)


def handed_in(folder, who, name=""):
    path = folder / f"{name or who}.ipynb"
    path.parent.mkdir(exist_ok=True)
    student = Student(who, salt="x")
    nbformat.write(*made(FEW, "student", students=[student]).values(), path)
    rows = [{**row, "notebook": str(path)} for row in grades(FEW, {}, student)]
    return Paper(path, who, rows, [], read_submission(path))


def table(tmp_path, text, papers, assignment=None, column=None):
    path = tmp_path / "class.csv"
    path.write_text(text, encoding="utf-8")
    book = gradebook(read_class_list(path, column), papers, assignment)
    write_table(book.rows, book.columns, tmp_path / "book.csv")
    with (tmp_path / "book.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file)), book.left_out


def test_canvas_gets_its_columns_in_their_order_and_what_points_are_out_of(tmp_path):
    lines, left_out = table(tmp_path, CANVAS, [handed_in(tmp_path, "ana")])
    assert lines == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", TITLE],
        ["    Points Possible", "", "", "", "", WORTH],
        ["Núñez, Ana", "101", "S1", "ana", "Monday", "0"],
    ]
    assert left_out == ["ben handed in no notebook"]


def test_an_assignment_that_canvas_has_keeps_its_number_and_its_worth(tmp_path):
    lines, _ = table(tmp_path, CANVAS, [handed_in(tmp_path, "ana")], "Week 3")
    assert [line[-1] for line in lines] == ["Week 3 (4314282)", "", "0"]


def test_only_canvas_number_may_stand_behind_the_assignments_name(tmp_path):
    text = CANVAS.replace("Week 3 (4314282)", "Week 3 (bonus) (4314281)")
    lines, _ = table(tmp_path, text, [handed_in(tmp_path, "ana")], "Week 3")
    assert lines[0][-1] == "Week 3"


@pytest.mark.parametrize(
    ("text", "name"),
    [(MOODLE, "Ben Ø_780_assignsubmission_file_/icl-ana"), (CANVAS, "oben_102_55_icl-ana")],
)
def test_anothers_notebook_gives_no_points_to_whom_it_was_made_for(tmp_path, text, name):
    ana, ben = ("ana@x.edu", "ben@x.edu") if text == MOODLE else ("ana", "ben")
    paper = handed_in(tmp_path, ana, name)
    lines, left_out = table(tmp_path, text, [paper])
    assert not any("0" in line for line in lines)
    assert left_out == [
        f"{ana} has points in {paper.path}, which {ben} handed in",
        f"{ben} handed in {paper.path}, which was made for {ana}",
    ]


@pytest.mark.parametrize("name", ["BEN ø_7_assignsubmission_file_/icl", "Ben_7_assignsubmission_"])
def test_ones_own_notebook_and_an_unknown_name_give_points(tmp_path, name):
    lines, left_out = table(tmp_path, MOODLE, [handed_in(tmp_path, "ben@x.edu", name)])
    assert lines[1][-1] == "0"
    assert left_out == ["ana@x.edu handed in no notebook"]


def test_who_handed_in_what_could_not_be_read_handed_in_something(tmp_path):
    path = handed_in(tmp_path, "ana", "nunezana_101_7_icl-ana").path
    unread = Paper(path, str(path), [], [f"{path} is no valid notebook any more"])
    _, left_out = table(tmp_path, CANVAS, [unread])
    assert left_out == [
        f"ana handed in {path}, which could not be graded",
        "ben handed in no notebook",
        f"{path} is no valid notebook any more",
    ]


def test_moodle_gets_who_it_is_and_no_column_of_last_week(tmp_path):
    text = MOODLE.replace('"Groups"', '"Assignment: Week 2 (Real)"')
    lines, _ = table(tmp_path, text, [handed_in(tmp_path, "BEN@x.edu")], "Week 3")
    assert lines == [
        ["First name", "Last name", "ID number", "Email address", "Week 3"],
        ["Ben", "Ø", "17", "ben@x.edu", "0"],
    ]


def test_a_german_moodle_keeps_its_names(tmp_path):
    text = "sep=;\nVorname;Nachname;Kennung;Gruppen\nAna;Núñez;ana;A\n"
    lines, _ = table(tmp_path, text, [handed_in(tmp_path, "ana")], "3", "Kennung")
    assert lines == [["Vorname", "Nachname", "Kennung", "3"], ["Ana", "Núñez", "ana", "0"]]


def test_whose_points_are_not_known_is_told_and_has_no_line(tmp_path):
    text = "Username\nana\nben\ncy\n+49\n"
    papers = [handed_in(tmp_path, "ana"), handed_in(tmp_path, "ana", "again")]
    papers += [left_over(handed_in(tmp_path, "ben").path), handed_in(tmp_path, "dora")]
    papers += [handed_in(tmp_path, "cy"), handed_in(tmp_path, "+49")]
    lines, left_out = table(tmp_path, text, papers)
    assert lines == [["Username", TITLE], ["cy", "0"]]
    assert left_out[0] == f"ana handed in 2 times, as {papers[0].path}, {papers[1].path}"
    assert left_out[1] == "ben is named by no notebook that could be read"
    assert left_out[2].startswith("+49 has a 'Username' that a spreadsheet would take")
    assert left_out[3] == f"{papers[3].path} is of dora, who is not in {tmp_path / 'class.csv'}"
    assert left_out[4:] == [f"{papers[2].path}: the grader was stopped before its turn"]


def test_what_was_graded_in_part_has_no_line(tmp_path):
    paper = handed_in(tmp_path, "ana")
    paper.rows[1]["law"] = "not graded: its kernel died in cell 8"
    lines, left_out = table(tmp_path, "Username\nana\n", [paper])
    assert (len(lines), left_out) == (1, ["ana handed in what could not be graded to its end"])


def test_bare_ids_and_two_sets_at_once_make_no_gradebook(tmp_path):
    paper = handed_in(tmp_path, "ana")
    with pytest.raises(HandoutError, match="must be a table with headings"):
        table(tmp_path, "ana\nben\n", [paper])
    path = tmp_path / "memory.ipynb"
    nbformat.write(*made(SETS["memory"], "student").values(), path)
    other = Paper(path, "ben", [], [], read_submission(path))
    with pytest.raises(HandoutError, match="holds one problem set, and these are icl, memory"):
        table(tmp_path, "Username\nana\n", [paper, other])
