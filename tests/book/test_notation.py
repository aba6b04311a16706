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


def maths(chapter):
    """Return every formula of a chapter as a list of tokens; words inside formulas are left out."""
    text = chapter.read_text()
    shown = re.findall(r"\$\$(.*?)\$\$", text, re.DOTALL)
    inline = re.findall(r"\$([^$]+)\$", re.sub(r"\$\$.*?\$\$", "", text, flags=re.DOTALL))
    return [tokens(formula) for formula in shown + inline]


def tokens(formula):
    """Cut TeX into commands, letters and signs; a differential is no letter."""
    words = r"\\(?:text|operatorname\*?|begin|end|tag|label)\{[^}]*\}"
    bare = re.sub(r"(?:\\,|\\;|\}|\s)d(?=\\?[a-zA-Z])(?!_)", " ", re.sub(words, " ; ", formula))
    return re.findall(r"\\[A-Za-z]+|\\.|\S", bare)


def stands_in(symbol, formulas):
    """Whether a symbol is a part of one of the formulas, token by token."""
    wanted = tokens(symbol)
    places = ((f, i) for f in formulas for i in range(len(f) - len(wanted) + 1))
    return any(formula[i : i + len(wanted)] == wanted for formula, i in places)


def chapters(room):
    return sorted((ROOT / "book" / room).glob("*.md"))


def symbols(heading):
    return [symbol for cell, _ in rows(heading) for symbol in re.findall(r"\$([^$]+)\$", cell)]


@pytest.mark.parametrize("heading", ROOMS)
def test_every_name_is_one_of_the_code(heading):
    room = ROOMS[heading]
    known = names(room)
    wanted = [name for _, code in rows(heading) for name in re.findall(r"`([^`]+)`", code)]
    assert len(wanted) >= 10
    assert [name for name in wanted if name not in known] == []


@pytest.mark.parametrize("heading", ROOMS)
def test_every_symbol_stands_in_a_formula_of_its_room(heading):
    formulas = [formula for chapter in chapters(ROOMS[heading]) for formula in maths(chapter)]
    wanted = symbols(heading)
    assert len(wanted) >= 10
    assert [symbol for symbol in wanted if not stands_in(symbol, formulas)] == []


@pytest.mark.parametrize("heading", ROOMS)
def test_no_letter_of_a_room_names_two_things(heading):
    found = [tuple(tokens(symbol)) for symbol in symbols(heading)]
    assert len(set(found)) == len(found)
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    meanings = [line.split(" | ")[2] for line in section.splitlines() if line.startswith("| $")]
    assert len(meanings) == len(rows(heading))
    assert [text for text in meanings if re.search(r"\balso\b|before it|or as", text)] == []


def test_shared_symbols_stand_in_two_rooms():
    for symbol in symbols("Everywhere"):
        rooms = [
            room
            for room in ROOMS.values()
            if any(stands_in(symbol, maths(chapter)) for chapter in chapters(room))
        ]
        assert len(rooms) >= 2, symbol


@pytest.mark.parametrize(
    ("symbol", "formula", "there"),
    [
        ("b", r"\beta + \text{b} + \operatorname{Cov}(x)", False),
        ("d", r"\int f\,dt", False),
        ("d", r"d \le n", True),
        ("K_1", "K_2", False),
        ("K_1", "2K_1(s)", True),
        (r"\eta_j", r"\eta_i + \eta", False),
    ],
)
def test_a_letter_is_found_as_a_symbol_only(symbol, formula, there):
    assert stands_in(symbol, [tokens(formula)]) == there


def test_every_shared_name_is_one_of_some_room():
    everywhere = set().union(*map(names, ROOMS.values()))
    for _, code in rows("Everywhere"):
        for name in re.findall(r"`([^`]+)`", code):
            assert name in everywhere, name
