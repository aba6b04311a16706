"""The notation page holds in docstrings too: a parameter is called by the letter of its row."""

import ast
import re

import pytest

from attnkit.book.docstrings import sections
from tests.book.test_notation import ROOMS, ROOT, rows

WORDS = ("omega", "mu", "sigma^2", "rho", "lambda", "tau", "nu")
LETTER = rf"(?<![\w`'./(-])({'|'.join(map(re.escape, WORDS))}|[B-HJ-Zb-z])(_\w+)?(?![\w`'^-])"
# "Label noise s, positive", "Rate r of the step", "mu_h, (heads,)": it ends the first words.
CALLED = re.compile(rf"^[^,.;(=\[]*?{LETTER}(?=[,.;]| of | at | that |$)")


def letters_of(heading):
    """Return by code name the bare letters of its rows, and by letter the code names."""
    by_name, by_letter = {}, {}
    for cell, code in rows(heading) + rows("Everywhere"):
        letters = {bare(symbol.replace("\\", "")) for symbol in re.findall(r"\$([^$]+)\$", cell)}
        names = set(re.findall(r"`([^`]+)`", code))
        for name in names:
            by_name.setdefault(name, set()).update(letters)
        for letter in letters:
            by_letter.setdefault(letter, set()).update(names)
    return by_name, by_letter


def bare(symbol):
    """A symbol without its index."""
    return re.sub(r"_[hijklmtq]$", "", symbol)


def called(text):
    """Yield (parameter, letter) where a docstring calls a parameter by a letter."""
    name, body = "", ""
    for line in [*sections(text).get("Parameters", []), "end"]:
        if line and not line[0].isspace():
            found = CALLED.match(body)
            if found and "," not in name:
                yield name, bare(found[1] + (found[2] or ""))
            name, body = line.partition(" : ")[0].strip("*"), ""
        else:
            body += f" {line.strip()}" if body else line.strip()


def contradictions(text, by_name, by_letter):
    for name, letter in called(text):
        if letter not in by_name.get(name, {letter}):
            yield f"{name} is {letter} here, and {'/'.join(sorted(by_name[name]))} on the page"
        elif name not in by_name and letter in by_letter:
            yield f"{name} is {letter} here, which is {'/'.join(sorted(by_letter[letter]))}"


def docstrings(room):
    for path in sorted((ROOT / "attnkit" / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
                yield f"{path.relative_to(ROOT)}:{node.name}", ast.get_docstring(node)


@pytest.mark.parametrize("heading", ROOMS)
def test_a_docstring_calls_a_parameter_by_the_letter_of_the_page(heading):
    tables = letters_of(heading)
    found = [
        (place, what)
        for place, text in docstrings(ROOMS[heading])
        for what in contradictions(text, *tables)
    ]
    assert found == []


TEXT = """Do it.

    Parameters
    ----------
    noise : float
        Label noise {letter}, positive.
    """


@pytest.mark.parametrize(
    ("letter", "told"),
    [
        ("sigma^2", []),
        ("of a label", []),
        ("s", ["noise is s here, and sigma^2 on the page"]),
        ("L", ["noise is L here, and sigma^2 on the page"]),
    ],
)
def test_another_letter_is_told(letter, told):
    tables = {"noise": {"sigma^2"}}, {"sigma^2": {"noise"}, "L": {"n_examples"}}
    assert list(contradictions(TEXT.format(letter=letter), *tables)) == told


def test_a_letter_taken_by_another_thing_is_told():
    tables = {"n_examples": {"L"}}, {"L": {"n_examples"}}
    told = ["noise is L here, which is n_examples"]
    assert list(contradictions(TEXT.format(letter="L"), *tables)) == told
