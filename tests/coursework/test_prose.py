"""Answers in words are read beside what each student was asked."""

from attnkit.coursework import Student, describe, find_task
from attnkit.coursework.handout.prose import collected
from attnkit.coursework.student import draw_variant
from tests.coursework.test_gradebook import handed_in

RATE = find_task("best-plain-rate")


def test_each_answer_stands_below_its_variant(tmp_path):
    students = ("ana", "ben", "cy")
    text = collected([handed_in(tmp_path, who) for who in students])
    asked = [describe(draw_variant(RATE, Student(who, salt="x"))) for who in students]
    assert len(set(asked)) > 1
    for who, variant in zip(students, asked, strict=True):
        assert f"{tmp_path / who}.ipynb\n\n{variant}\n\n> " in text
