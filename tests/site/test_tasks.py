"""Every task is set in the book, and no solution is told there."""

import ast
from pathlib import Path

import pytest

from attnkit.coursework import tasks

pytestmark = pytest.mark.xdist_group("site")

SOLUTIONS = Path(__file__).parents[2] / "teacher" / "solutions"


def test_every_task_stands_in_the_book(site):
    text = "".join(page.read_text() for page in site.pages)
    set_here = {name for name in tasks() if f'id="task-{name}"' in text}
    assert set_here == set(tasks()) - site.left_out.tasks


def test_no_solution_is_told(site):
    told = "".join(
        path.read_text()
        for path in site.folder.rglob("*")
        if path.suffix in (".html", ".js", ".md", ".txt", ".ipynb") and "_static" not in path.parts
    )
    assert "<summary>Solution</summary>" not in told
    assert [line for line in telling_lines() if line in told] == []
    assert not list(site.folder.rglob("*teacher/solutions*"))


def telling_lines():
    """The longer lines of what the teacher's files explain."""
    for path in sorted(SOLUTIONS.glob("*.py")):
        explanation = ast.get_docstring(ast.parse(path.read_text())) or ""
        yield from (line for line in explanation.splitlines() if len(line) > 50)
