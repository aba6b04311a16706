"""Read a numpydoc docstring as its renderer does, and say what would come out garbled."""

import inspect
import re
from collections.abc import Iterator
from itertools import zip_longest

__all__ = ["problems", "sections"]

_LONGEST_TYPE = 90
_IN_PROSE = re.compile(r"(?:^|\s)Raises\s+`*[A-Z]\w*(?:Error|Warning)\b")


def sections(docstring: str) -> dict[str, list[str]]:
    """Return the lines of each section by its title; "" is what stands before the first."""
    lines = inspect.cleandoc(docstring).splitlines()
    found, title = {"": []}, ""
    for line, below in zip_longest(lines, lines[1:], fillvalue=""):
        if line and re.fullmatch("-{3,}", below):
            title = line
            found[title] = []
        elif not re.fullmatch("-{3,}", line):
            found[title].append(line)
    return found


def problems(thing: object) -> Iterator[str]:
    """Say in words what of a documented callable would be shown wrongly."""
    found = sections(getattr(thing, "__doc__", None) or "")
    known = set(_parameters(thing))
    for name, kind in _entries(found.get("Parameters", [])):
        if name not in known:
            yield f"{name!r} is documented, but no parameter"
        if len(kind) > _LONGEST_TYPE or ". " in kind:
            yield f"{name!r}: what stands behind the colon is no type; put the text below"
    for title, lines in found.items():
        if title != "Raises" and _IN_PROSE.search(" ".join(lines)):
            yield "errors belong to a section `Raises`"
    for line in found.get("Raises", []):
        if line and not line[0].isspace() and not re.fullmatch(r"\w+(, \w+)*", line):
            yield f"the section Raises names {line!r}, which is no list of errors"


def _entries(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Each documented name with its type, "" where none stands."""
    for line in lines:
        if line and not line[0].isspace():
            names, _, kind = line.partition(" : ")
            for name in names.split(","):
                yield name.strip().lstrip("*"), kind


def _parameters(thing: object) -> list[str]:
    try:
        return list(inspect.signature(thing).parameters)
    except (TypeError, ValueError):
        return []
