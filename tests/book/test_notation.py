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
    pages = (ROOT / "book" / ROOMS[heading]).rglob("*.md")
    formulas = [formula for page in pages for formula in maths(page)]
    wanted = symbols(heading)
    assert len(wanted) >= 10
    assert [symbol for symbol in wanted if not stands_in(symbol, formulas)] == []


EVERYWHERE = {
    "that",
    "with",
    "this",
    "each",
    "which",
    "when",
    "than",
    "then",
    "same",
    "such",
    "what",
}


def stems(text):
    """The longer words of a text, by their beginnings; formulas and code left out."""
    words = re.findall(r"[a-z]{4,}", re.sub(r"\$[^$]*\$|`[^`]*`", " ", text.lower()))
    return {word[:5] for word in words if word not in EVERYWHERE}


def surroundings(room):
    """Return each inline or displayed formula of a room with the four words before and after."""
    found = []
    for chapter in chapters(room):
        parts = re.split(r"\$\$?([^$]+)\$\$?", chapter.read_text())
        for before, formula, after in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
            near = [*re.findall(r"[A-Za-z]+", before)[-4:], *re.findall(r"[A-Za-z]+", after)[:4]]
            found.append((tokens(formula), stems(" ".join(near))))
    return found


def is_told_near(symbol, meaning, places):
    """Whether a chapter says a word of the meaning beside the symbol."""
    return any(stands_in(symbol, [formula]) and stems(meaning) & near for formula, near in places)


def letters_with_meaning(heading):
    """Rows whose symbol is one letter, which stands in some formula or other by chance."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    cells = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:3] == "| $"]
    return [
        (symbol, meaning)
        for cell, _, meaning in cells
        for symbol in re.findall(r"\$([^$]+)\$", cell)
        if len(symbol) == 1
    ]


@pytest.mark.parametrize("heading", ROOMS)
def test_a_lone_letter_stands_beside_a_word_of_its_meaning(heading):
    places = surroundings(ROOMS[heading])
    rows = letters_with_meaning(heading)
    assert len(rows) >= 5
    assert [row for row in rows if not is_told_near(*row, places)] == []


def test_letters_with_each_other_s_meanings_are_told():
    """Or the test above could not fail; some meanings share a word, such as "score"."""
    told, tried = 0, 0
    for heading, room in ROOMS.items():
        places, rows = surroundings(room), letters_with_meaning(heading)
        for letter, own in rows:
            others = [meaning for _, meaning in rows if meaning != own]
            tried += len(others)
            told += sum(not is_told_near(letter, meaning, places) for meaning in others)
    assert told > tried / 2


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
