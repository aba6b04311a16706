"""The notation page speaks of symbols that the chapters use and of names that the code has."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "book" / "notation.md").read_text()
ROOMS = {
    "Where does it look?": "densities",
    "What can a head express?": "random_features",
    "What does a head learn?": "icl",
    "What does a head remember?": "memory",
}


def rows(heading):
    """Return (symbol cell, code cell) of the table under a heading."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line.split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return [(first.removeprefix("| "), second) for first, second, *_ in lines[2:]]


def names(room):
    """Return every name that the package of a room defines or takes."""
    found = set()
    for path in (ROOT / "attnkit" / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.arg):
                found.add(node.arg)
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                found.add(node.name)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found.add(node.target.id)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
    return found


def prose(room):
    """Return the chapters of a room and its docstrings, without spaces."""
    chapters = sorted((ROOT / "book" / room).glob("*.md"))
    modules = sorted((ROOT / "attnkit" / room).rglob("*.py"))
    return re.sub(r"\s", "", "".join(path.read_text() for path in [*chapters, *modules]))


@pytest.mark.parametrize("heading", ROOMS)
def test_every_name_is_one_of_the_code(heading):
    room = ROOMS[heading]
    known = names(room)
    wanted = [name for _, code in rows(heading) for name in re.findall(r"`([^`]+)`", code)]
    assert len(wanted) >= 10
    assert [name for name in wanted if name not in known] == []


@pytest.mark.parametrize("heading", ROOMS)
def test_every_symbol_stands_in_the_chapters_of_its_room(heading):
    text = prose(ROOMS[heading])
    wanted = [symbol for cell, _ in rows(heading) for symbol in re.findall(r"\$([^$]+)\$", cell)]
    assert len(wanted) >= 10
    assert [symbol for symbol in wanted if symbol.replace(" ", "") not in text] == []


def test_every_shared_name_is_one_of_some_room():
    everywhere = set().union(*map(names, ROOMS.values()))
    for _, code in rows("Everywhere"):
        for name in re.findall(r"`([^`]+)`", code):
            assert name in everywhere, name
