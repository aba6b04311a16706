"""The same student draws the same variant everywhere; another course draws another."""

import pytest

from attnkit.coursework import Student, Task, describe, variant
from attnkit.coursework.student import seed_of

CHOICES = {"size": tuple(range(97)), "kernel": ("gauss", "laplace", "linear")}
RECORDED, RECORDED_SEED = {"size": 52, "kernel": "linear"}, 510773958


def task(name="any-task", choices=CHOICES):
    return Task(name, "Any", "implement", 1, 10, "", ("a", "b", "c"), variants=choices)


def test_the_default_is_the_first_of_every_choice():
    assert variant(task()) == {"size": 0, "kernel": "gauss"}


def test_a_known_student_draws_what_was_recorded():
    """These values may never change: a grader draws them again a term later."""
    assert variant(task(), Student("s1234567", salt="attention-2026")) == RECORDED
    assert seed_of(task(), Student("s1234567", salt="attention-2026")) == RECORDED_SEED


def test_students_courses_and_tasks_draw_differently():
    sizes = {variant(task(), Student(f"student {n}", salt="x"))["size"] for n in range(97)}
    assert len(sizes) > 48
    ann = Student("ann", salt="x")
    assert variant(task(), ann) != variant(task(), Student("ann", salt="y"))
    assert variant(task(), ann) != variant(task("another-task"), ann)


def test_a_quantity_does_not_depend_on_the_others():
    ann = Student("ann", salt="x")
    alone = variant(task(choices={"kernel": CHOICES["kernel"]}), ann)
    assert alone["kernel"] == variant(task(), ann)["kernel"]


def test_the_way_an_accent_is_typed_does_not_matter():
    composed, decomposed = Student("zo\u00eb", salt="x"), Student("zoe\u0308 ", salt="x")
    assert composed == decomposed
    assert composed.id == decomposed.id == "zo\u00eb"
    assert variant(task(), composed) == variant(task(), decomposed)


@pytest.mark.usefixtures("tiny_room")
def test_a_task_is_known_by_its_name():
    assert variant("soft-weights") == {"n_keys": 5}
    with pytest.raises(ValueError, match="did you mean 'soft-weights'"):
        variant("soft-weight")


def test_a_variant_is_described_on_one_line():
    assert describe({"size": 7, "kernel": "gauss"}) == "size = 7, kernel = gauss"


@pytest.mark.parametrize(("who", "salt"), [("", "x"), ("ann", " ")])
def test_an_empty_word_is_refused(who, salt):
    with pytest.raises(ValueError, match="must not be empty"):
        Student(who, salt=salt)


@pytest.mark.parametrize("word", ["an\0a", "an\na", "\ud800"])
def test_a_control_sign_is_refused(word):
    with pytest.raises(ValueError, match="id must hold no control signs"):
        Student(word, salt="x")
