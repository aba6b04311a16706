"""Titles tell pages apart: each says what its page holds, and no other heading says the same."""

import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CHAPTERS = sorted((ROOT / "book").glob("*/[0-9]_*.md"))
PAGES = sorted(path for path in (ROOT / "book").rglob("*.md") if "_build" not in path.parts)
FENCED = re.compile(r"^(`{3,}|:{3,}).*?^\1", re.DOTALL | re.MULTILINE)


def headings(text):
    """Return the headings of a page, its title first; code and boxes have none."""
    found = re.findall(r"^#+ +(.+?)\s*$", FENCED.sub("", text), re.MULTILINE)
    return [re.sub(r"[*`]", "", heading) for heading in found]


def notebook_text(path):
    cells = nbformat.read(path, as_version=nbformat.NO_CONVERT).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def site():
    """Return the headings of every page of the site."""
    pages = {path.relative_to(ROOT): headings(path.read_text()) for path in PAGES}
    notebooks = {path.relative_to(ROOT): headings(notebook_text(path)) for path in NOTEBOOKS}
    return pages | notebooks


def repeated(names):
    return sorted(name for name, count in Counter(map(str.casefold, names)).items() if count > 1)


def test_no_two_pages_share_a_title():
    assert repeated(found[0] for found in site().values()) == []


def test_no_section_is_called_like_a_page():
    pages = site()
    titles = {found[0].casefold() for found in pages.values()}
    sections = {name.casefold() for found in pages.values() for name in found[1:]}
    assert sorted(titles & sections) == []


def test_every_page_has_one_title():
    for path, found in site().items():
        assert found, path


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_teaching_page_bears_the_title_of_its_chapter(chapter):
    page = ROOT / "book" / "teaching" / f"{chapter.parent.name}_{chapter.stem[0]}.md"
    assert headings(page.read_text())[0] == "Teaching: " + headings(chapter.read_text())[0]


def test_notebooks_are_numbered_through():
    numbers = [int(path.stem.split("_")[0]) for path in NOTEBOOKS]
    assert numbers == list(range(1, len(NOTEBOOKS) + 1))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_says_in_its_title_what_to_do(path):
    title = headings(notebook_text(path))[0]
    assert re.fullmatch(r"Notebook: [a-z][a-z ,]+", title), title
