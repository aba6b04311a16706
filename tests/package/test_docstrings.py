"""Whoever takes a tensor says its shape, what it refuses, and where the equation comes from.

A class is read with its methods that take tensors, and a docstring as an IDE shows it: "As in X"
says nothing there. A name without an equation of its own says so: "derived here", "defined here".
A record that the library hands out, and that checks nothing, has shapes to say and no more.
"""

import importlib
import inspect
import re
import typing
from dataclasses import is_dataclass

import numpy as np
import pytest
import torch
from jaxtyping import AbstractArray
from torch import Tensor

from attnkit import arguments
from attnkit.book.docstrings import sections
from attnkit.book.public_names import public_names

SHAPE = re.compile(
    r"\((\\?\*\w+|(\\?\*?\w+|\.\.\.),[^()]*)\)|\b(any|same|one|their) shape\b|\bshape of\b"
)
SOURCE = re.compile(r"\b(1[6-9]|20)\d\d[a-z]?\b|arXiv|\b([Dd]erived|[Dd]efined) here\b")
ELSEWHERE = re.compile(r"\b(As|See|Like)\b[^.;]*[.;]?")


def takes_tensors(thing):
    """Whether an argument of a callable is an array, alone or in a container or a choice."""
    try:
        hints = typing.get_type_hints(thing, include_extras=True)
    except (NameError, TypeError):
        return False
    return any(mentions_array(hint) for name, hint in hints.items() if name != "return")


def mentions_array(hint):
    if isinstance(hint, type):
        return issubclass(hint, (Tensor, np.ndarray, AbstractArray)) and hint is not Tensor.dtype
    if "Callable" in str(typing.get_origin(hint)):
        return False
    return any(mentions_array(part) for part in typing.get_args(hint))


def methods(kind):
    """Public methods and the constructor of a class of ours, its bases' of ours included."""
    ours = [base for base in kind.__mro__ if base.__module__.startswith("attnkit")]
    found = {}
    for base in reversed(ours):
        found |= {name: each for name, each in vars(base).items() if inspect.isfunction(each)}
    public = {name for name in found if not name.startswith("_")} | {"__init__", "__call__"}
    return {name: found[name] for name in public if name in found}


def texts(thing):
    """What an IDE shows of it: its own docstring, and those of methods that take tensors."""
    own = [thing.__doc__ or ""]
    if inspect.isclass(thing):
        taking = [each for each in methods(thing).values() if takes_tensors(each)]
        own += [inspect.getdoc(each) or "" for each in taking]
    return own


def lacks(text_list):
    """Return which of shapes, errors and source no text states."""
    whole = "\n".join(text_list)
    errors = " ".join(" ".join(sections(text).get("Raises", [])[1:]) for text in text_list)
    missing = []
    if not SHAPE.search(whole):
        missing.append("shapes")
    if len(ELSEWHERE.sub("", errors).split()) < 3:
        missing.append("errors")
    if not SOURCE.search(whole):
        missing.append("source")
    return missing


def problems_of(thing):
    """What the docstrings of a public name lack."""
    missing = lacks(texts(thing))
    return [what for what in missing if what == "shapes"] if is_record(thing) else missing


def is_record(thing):
    """Whether it only holds what the library found: no check, and no method that takes tensors."""
    if not inspect.isclass(thing) or not (issubclass(thing, tuple) or is_dataclass(thing)):
        return False
    taking = [name for name, each in methods(thing).items() if takes_tensors(each)]
    return set(taking) <= {"__init__"} and not is_checked(thing.__init__)


def is_checked(function):
    """Whether `attnkit.arguments.checked` stands somewhere around it."""
    while hasattr(function, "__wrapped__"):
        if inspect.getsourcefile(function.__code__) == arguments.__file__:
            return True
        function = function.__wrapped__
    return False


def concerned():
    """Every public name that takes tensors, with the object; a figure's marks read a mapping."""
    for full in public_names():
        module, _, name = full.rpartition(".")
        if module == "attnkit.explore":
            continue
        thing = getattr(importlib.import_module(module), name)
        if inspect.isclass(thing):
            if any(map(takes_tensors, methods(thing).values())) or _holds_tensors(thing):
                yield full, thing
        elif callable(thing) and takes_tensors(thing):
            yield full, thing


def _holds_tensors(kind):
    """A dataclass or a distribution whose fields are arrays."""
    return kind.__module__.startswith("attnkit") and takes_tensors(kind)


def test_every_public_name_that_takes_tensors_says_all_three():
    found = {name: missing for name, thing in concerned() if (missing := problems_of(thing))}
    assert found == {}


def test_the_names_are_many():
    names = [name for name, _ in concerned()]
    assert len(names) > 80
    assert "attnkit.densities.entmax" in names
    assert "attnkit.icl.Circuits" in names


GOOD = """Weights of a row, Somebody 2020, eq. 1.

    Parameters
    ----------
    scores : Tensor
        (query, key).

    Raises
    ------
    TypeError, ValueError
        For integers and for NaN.
    """


@pytest.mark.parametrize(
    ("old", "new", "missing"),
    [
        ("", "", []),
        ("(query, key)", "What is scored", ["shapes"]),
        ("For integers and for NaN.", "As in `entmax`.", ["errors"]),
        ("For integers and for NaN.", "", ["errors"]),
        ("Somebody 2020, eq. 1", "as everybody knows", ["source"]),
        ("Somebody 2020, eq. 1", "derived here", []),
    ],
)
def test_what_is_missing_is_named(old, new, missing):
    assert lacks([GOOD.replace(old, new, 1)]) == missing


def test_a_container_of_tensors_is_a_tensor_and_a_callable_is_none():
    assert mentions_array(list[Tensor])
    assert mentions_array(float | Tensor | None)
    assert not mentions_array(typing.Callable[[Tensor], Tensor])
    assert not mentions_array(torch.dtype)


if __name__ == "__main__":
    for name, thing in concerned():
        if missing := problems_of(thing):
            print(f"{name:70} {', '.join(missing)}")
