"""Right calls of the public names of coursework, for the fuzz."""

import torch

from attnkit.coursework import (
    Law,
    ProblemSet,
    Student,
    Task,
    asked,
    check,
    compare,
    describe,
    find_set,
    find_task,
    law,
    this_student,
    variant,
)
from tests.fuzz import Call


def one_step(inputs, targets, query, rate):
    """A wrong answer is a right argument."""
    return targets.mean()


def numbers():
    value = torch.randn(3, 5, dtype=torch.float64)
    return {"value": value, "wanted": value + 1e-9, "what": "the weights", "tolerance": 1e-6}


def bounded():
    given = numbers()
    return {"value": given.pop("value"), "bound": given.pop("wanted"), **given}


def a_task():
    return {
        "name": "any-task",
        "title": "Any",
        "kind": "implement",
        "difficulty": 2,
        "minutes": 20,
        "statement": "Do it.",
        "hints": ("Look.", "Look again.", "Look there."),
        "placeholder": "",
        "laws": (),
        "rubric": ("Says why.",),
        "variants": {"size": (3, 5)},
        "library": {"entmax": 1},
        "autograd": True,
    }


def a_law():
    return {"name": "mass one", "statement": "It sums to one.", "cases": lambda *_: iter(())}


# What an answer gave is told in words, NaN included; a law may compare with whole numbers.
TOLD = {"nan", "inf", "minus inf", "integer", "bool"}
KNOWN = {"inf", "minus inf", "integer", "bool"}
WORDS = {"nonsense"}
CALLS = [
    Call(
        check,
        lambda: {
            "name": "one-gradient-step",
            "answer": one_step,
            "hint": 2,
            "student": Student("ana", salt="x"),
        },
        means={"answer": {"none", "integer", "string"}, "hint": {"none"}, "student": {"none"}},
        reads=lambda report: (),
    ),
    Call(find_task, lambda: {"name": "one-gradient-step"}, reads=lambda task: ()),
    Call(find_set, lambda: {"name": "icl"}, reads=lambda found: ()),
    Call(variant, lambda: {"task": "one-gradient-step"}, reads=lambda drawn: ()),
    Call(
        asked,
        lambda: {"name": "one-gradient-step", "student": Student("ana", salt="x")},
        means={"student": {"none"}},
        reads=lambda text: (),
    ),
    Call(
        this_student,
        lambda: {"my_id": "ana", "salt": "2027"},
        means=dict.fromkeys(("my_id", "salt"), WORDS),
        reads=lambda student: (),
    ),
    Call(describe, lambda: {"variant": {"size": 7}}),
    Call(
        Student,
        lambda: {"id": "ana", "salt": "2027"},
        means=dict.fromkeys(("id", "salt"), WORDS),
    ),
    Call(compare.against, numbers, means={"value": TOLD, "wanted": KNOWN, "what": WORDS}),
    Call(
        compare.agree,
        lambda: {name: value for name, value in numbers().items() if name != "what"},
        means={"value": TOLD, "wanted": KNOWN},
    ),
    Call(compare.at_most, bounded, means={"value": TOLD, "bound": KNOWN, "what": WORDS}),
    Call(compare.at_least, bounded, means={"value": TOLD, "bound": KNOWN, "what": WORDS}),
    Call(law, a_law, means=dict.fromkeys(("name", "statement"), WORDS)),
    Call(
        Law,
        lambda: {**a_law(), "test": lambda answer: None},
        means=dict.fromkeys(("name", "statement"), WORDS),
    ),
    Call(
        Task,
        a_task,
        means=dict.fromkeys(("name", "title", "statement", "placeholder"), WORDS)
        | {"library": {"none"}},  # the whole library, as by default
        reads=lambda task: (),
    ),
    Call(
        ProblemSet,
        lambda: {"name": "a", "title": "A", "introduction": "", "tasks": (), "part": 1},
        means=dict.fromkeys(("name", "title", "introduction"), WORDS),
        reads=lambda found: (),
    ),
]
