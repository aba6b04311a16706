"""`make book` builds what is not built as asked, and nothing else."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILDER = """#!/bin/sh
test -e broken && exit 1
echo builds >> builds
mkdir -p book/_build/html && touch book/_build/html/index.html
"""
pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


@pytest.fixture
def clone(tmp_path):
    """A folder with the Makefile, a page, and a builder that counts how often it is called."""
    for name in ("attnkit", "book", "bin", "notebooks", "results", "teacher", "tests"):
        (tmp_path / name).mkdir()
    for name in ("Makefile", "constraints.txt", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    for page in ("book/a.md", "book/b.md"):
        (tmp_path / page).write_text("# A page\n")
    builder = tmp_path / "bin/jupyter-book"
    builder.write_text(BUILDER)
    builder.chmod(0o755)
    return tmp_path


def make(clone: Path, **environment: str) -> subprocess.CompletedProcess:
    command = ["make", "book", "BIN=bin", "-o", ".venv/.ready"]
    run = {"capture_output": True, "text": True, "check": False}
    return subprocess.run(command, cwd=clone, env={**os.environ, **environment}, **run)


def builds(clone: Path) -> int:
    return len((clone / "builds").read_text().splitlines())


def later(path: Path) -> None:
    """A file changed after everything that is there."""
    path.write_text("# Another page\n")
    newest = max(each.stat().st_mtime_ns for each in path.parents[1].rglob("*"))
    os.utime(path, ns=(newest + 10**9,) * 2)


def test_where_nothing_changed_nothing_is_built(clone):
    assert "building the book" in make(clone).stdout
    assert "nothing has changed" in make(clone).stdout
    assert builds(clone) == 1


def test_a_changed_page_is_built(clone):
    make(clone)
    later(clone / "book/a.md")
    make(clone)
    assert builds(clone) == 2


@pytest.mark.parametrize("page", ["book/a.md", "book/_build/html/index.html"])
def test_what_is_gone_is_seen(clone, page):
    make(clone)
    (clone / page).unlink()
    make(clone)
    assert builds(clone) == 2


def test_a_page_that_is_as_old_as_the_others_is_seen(clone):
    make(clone)
    shutil.copy2(clone / "book/a.md", clone / "book/c.md")
    make(clone)
    assert builds(clone) == 2


def test_solutions_that_are_asked_for_are_another_site(clone):
    make(clone)
    for _ in range(2):
        assert make(clone, ATTNKIT_SOLUTIONS="teacher/solutions").returncode == 0
    assert builds(clone) == 2


def test_a_build_that_failed_is_tried_again(clone):
    (clone / "broken").touch()
    assert make(clone).returncode != 0
    assert make(clone).returncode != 0
    (clone / "broken").unlink()
    assert make(clone).returncode == 0
    assert builds(clone) == 1


def test_a_build_that_failed_leaves_no_site_that_counts_as_built(clone):
    """It may have written pages with solutions over those without."""
    make(clone)
    (clone / "broken").touch()
    assert make(clone, ATTNKIT_SOLUTIONS="teacher/solutions").returncode != 0
    (clone / "broken").unlink()
    assert "building the book" in make(clone).stdout
