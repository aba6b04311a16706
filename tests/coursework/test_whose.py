"""One notebook for everybody knows whose it is: while it is worked on, and while it is graded."""

import pytest

from attnkit.coursework import Student, asked, this_student, variant

ANA, BEN = (Student(name, salt="x") for name in ("ana", "ben"))


@pytest.fixture(autouse=True)
def nowhere(monkeypatch):
    for name in ("NBGRADER_EXECUTION", "JUPYTERHUB_USER"):
        monkeypatch.delenv(name, raising=False)


def test_a_student_is_who_the_notebook_says_else_whom_the_hub_knows(monkeypatch, capsys):
    assert this_student(" ana ", salt="x") == ANA
    assert capsys.readouterr().out == ""
    assert this_student("", salt="x") is None
    assert "Write your id" in capsys.readouterr().out
    monkeypatch.setenv("JUPYTERHUB_USER", "ben")
    assert this_student("", salt="x") == BEN
    assert this_student("ana", salt="x") == ANA


def test_while_nbgrader_grades_the_folder_decides(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "autograded" / "ben" / "icl"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("JUPYTERHUB_USER", "the teacher")
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert this_student("ana", salt="x") == ANA
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert this_student("", salt="x") == this_student("ben", salt="x") == BEN
    assert capsys.readouterr().out == ""
    assert this_student("ana", salt="x") == BEN
    assert "MY_ID is 'ana', and this is the notebook of 'ben'" in capsys.readouterr().out


def test_a_task_is_asked_with_the_students_numbers_and_shown_as_markdown():
    text = asked("one-gradient-step", ANA)
    assert text._repr_markdown_() == str(text) == repr(text)
    assert f"$L = {variant('one-gradient-step', ANA)['n_examples']}$" in text
    assert not text.startswith("#")
    assert asked("one-gradient-step") != text
