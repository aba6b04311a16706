"""What an API page would garble is said in words; no public docstring is garbled."""

import importlib
import inspect

import pytest

from attnkit.book.docstrings import problems, sections
from attnkit.book.public_names import public_names

GOOD = """Do it.

    Parameters
    ----------
    scores, values : Tensor
        Floating, of any shape. A score of -inf gets weight zero: nothing is lost
        at a line break.
    *rest
        What else.

    Returns
    -------
    Tensor
        Of the same shape.

    Raises
    ------
    TypeError, ValueError
        For integers.

    Notes
    -----
    A paper.
    """


def documented(docstring):
    def function(scores, values, *rest):
        pass

    function.__doc__ = docstring
    return function


def test_sections_are_told_apart():
    found = sections(GOOD)
    assert list(found) == ["", "Parameters", "Returns", "Raises", "Notes"]
    assert found["Notes"] == ["A paper."]


def test_a_good_docstring_has_no_problem():
    assert list(problems(documented(GOOD))) == []
    assert list(problems(documented(None))) == []


BAD = {
    "a name that is no parameter": ("*rest\n", "others\n", "'others' is documented, but"),
    "prose among the parameters": (
        "Returns\n",
        "Wants room for it.\n\n    Returns\n",
        "'Wants room",
    ),
    "text behind the colon": (
        ": Tensor\n",
        ": floating tensor of any shape. Half precision is computed in single\n",
        "'scores': what stands behind the colon",
    ),
    "errors in prose": ("Do it.", "Do it. Raises ValueError for less.", "a section `Raises`"),
    "errors after the parameters": ("A paper.", "Raises\n    `TypeError`.", "a section `Raises`"),
    "text beside an error": (
        "TypeError, ValueError",
        "TypeError : for integers",
        "no list of errors",
    ),
}


@pytest.mark.parametrize(("old", "new", "message"), BAD.values(), ids=BAD)
def test_what_would_be_garbled_is_named(old, new, message):
    assert old in GOOD
    found = list(problems(documented(GOOD.replace(old, new, 1))))
    assert any(message in problem for problem in found), found


def callables():
    """Every public function and class, and the public methods written for them."""
    for full in public_names():
        module, _, name = full.rpartition(".")
        thing = getattr(importlib.import_module(module), name)
        if callable(thing):
            yield full, thing
        for method, function in vars(thing).items() if inspect.isclass(thing) else ():
            if inspect.isfunction(function) and not method.startswith("_"):
                yield f"{full}.{method}", function


def test_no_public_docstring_is_garbled():
    found = [(name, problem) for name, thing in callables() for problem in problems(thing)]
    assert found == []
