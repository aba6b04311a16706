"""Every recipe of the cookbook runs, says something, and stands on the page."""

import re
import runpy
from pathlib import Path

import pytest
import torch

BOOK = Path(__file__).parents[2] / "book"
RECIPES = sorted((BOOK / "recipes").glob("*.py"))
LONGEST = 70  # lines: a recipe is read in one sitting


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_runs_and_holds_what_it_asserts(path, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with torch.random.fork_rng():
        runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out.strip()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_is_short_and_asserts_something(path):
    source = path.read_text()
    assert len(source.splitlines()) <= LONGEST
    assert re.search(r"^assert ", source, re.M)


def test_the_page_shows_every_recipe_once():
    shown = re.findall(
        r"^```\{literalinclude\} recipes/(\S+)$", (BOOK / "cookbook.md").read_text(), re.M
    )
    assert sorted(shown) == [path.name for path in RECIPES]
