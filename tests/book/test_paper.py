"""The book on paper: one PDF whose links all lead somewhere, with numbers and still figures."""

import os
import shutil
import subprocess
import sys

import pytest
from pypdf import PdfReader

from attnkit.book.article import SiteError
from attnkit.book.paper.__main__ import print_book
from attnkit.book.paper.press import NoBrowserError, find_browser, pages_of_places
from attnkit.book.paper.sheet import sheet
from attnkit.book.paper.stills import shown
from attnkit.book.paper.volume import Volume
from tests.book.small_book import FIGURE
from tests.browser import find_browser as browser_or_skip

TOO_WIDE = """() => {
    const edge = document.body.getBoundingClientRect().right + 1;
    const all = [...document.querySelectorAll("pre, table, img, svg, p, li, mjx-container")];
    const wide = (e) => e.getBoundingClientRect().right > edge || e.scrollWidth > e.clientWidth + 1;
    return all.filter((e) => e.clientWidth && wide(e)).map((e) => e.outerHTML.slice(0, 200));
}"""
APPLE, PEAR = "book/one/1_apple", "book/one/2_pear"


@pytest.fixture(scope="module")
def pdf(small_book, tmp_path_factory):
    """The small book, printed."""
    browser_or_skip()
    path = tmp_path_factory.mktemp("paper") / "book.pdf"
    print_book(small_book, "letter", path)
    return path


@pytest.fixture(scope="module")
def reader(pdf):
    return PdfReader(pdf)


def words_of(page):
    return " ".join(page.extract_text().split())


def links(reader):
    """Every link of the PDF: the name of a place, or an address of the world."""
    for page in reader.pages:
        for annotation in page.get("/Annots", ()):
            link = annotation.get_object()
            if link.get("/Subtype") == "/Link":
                yield link.get("/Dest"), link.get("/A", {}).get("/URI")


def test_every_link_leads_to_a_place_or_into_the_world(reader, pdf):
    found = list(links(reader))
    inside = {str(place).removeprefix("/") for place, _ in found if place}
    assert inside <= set(pages_of_places(pdf))
    assert {f"{PEAR}/stone", f"{APPLE}/equation-eq-area", f"{APPLE}/{FIGURE}"} <= inside
    assert {uri for place, uri in found if not place} == {"https://example.org/apple"}


def test_the_contents_give_the_page_of_each_chapter(reader, pdf):
    contents = words_of(reader.pages[1])
    places = pages_of_places(pdf)
    assert places[PEAR] > places[APPLE] > 2
    for title, name in (("Apple", APPLE), ("Pear", PEAR)):
        assert f"{title} {places[name]}" in contents
        assert title in words_of(reader.pages[places[name] - 1])


def test_chapters_begin_on_a_page_of_the_paper_that_was_asked_for(reader, pdf):
    assert len(reader.pages) >= 8
    width, height = reader.pages[0].mediabox[2:]
    assert (round(width / 72, 1), round(height / 72, 1)) == (8.5, 11.0)
    place = pages_of_places(pdf)[PEAR]
    first = words_of(reader.pages[place - 1])
    assert first.startswith(f"Pear {place} Pear See (1) and the exercise.")


def test_pages_bear_their_number_and_the_title_of_their_chapter(reader, pdf):
    pear = pages_of_places(pdf)[PEAR]
    for number in (pear, pear + 1, pear + 2):
        page = words_of(reader.pages[number - 1])
        assert page.startswith(f"Pear {number} ")


def test_figures_stand_still_and_say_their_setting(reader, small_book):
    text = " ".join(map(words_of, reader.pages))
    assert "Shown at trap = inverse by doubling: key correlation, step = 4." in text
    page = sheet(Volume(small_book, ".."), "A4")
    assert "<button" not in page
    assert 'type="application/json"' not in page
    assert f"../_static/attnkit/{FIGURE}.svg" in page


def test_formulas_are_set_before_the_page_is_printed(reader):
    text = " ".join(map(words_of, reader.pages))
    assert "Claim 1 No apple is larger than (1) says." in text
    assert "\\pi" not in text


def test_hints_stand_at_the_end_and_the_code_to_start_from_with_its_exercise(reader, pdf):
    places = pages_of_places(pdf)
    task = words_of(reader.pages[places[f"{APPLE}/task-peel"] - 1])
    hints = words_of(reader.pages[places[f"{APPLE}/task-peel-hints"] - 1])
    assert "def peel()" in task
    assert "Begin at the stalk." not in task
    assert "Exercise 1.1: Peel it Hint 1 Begin at the stalk." in hints
    assert places["hints"] == len(reader.pages)


def test_nothing_is_wider_than_the_page(browser, pdf, small_book):
    tab = browser.new_page()
    tab.goto((small_book.folder.parent / "paper/index.html").as_uri())
    assert tab.locator("pre, table, img, mjx-container").count() >= 6
    too_wide = tab.evaluate(TOO_WIDE)
    tab.close()
    assert too_wide == []


def test_bookmarks_have_parts_chapters_and_sections(reader):
    part = next(i for i, mark in enumerate(reader.outline) if getattr(mark, "title", "") == "Fruit")
    chapters = reader.outline[part + 1]
    assert [mark.title for mark in chapters if not isinstance(mark, list)][:2] == ["Apple", "Pear"]


def test_a_link_that_leads_nowhere_is_refused(small_book, tmp_path):
    copy = shutil.copytree(small_book.folder.parent, tmp_path / "copy") / "html"
    page = copy / f"{PEAR}.html"
    page.write_text(page.read_text().replace("#equation-eq-area", "#equation-eq-lost"))
    with pytest.raises(SiteError, match=r"1 links lead to no place .*equation-eq-lost"):
        Volume(type(small_book)(copy), "..")


def test_settings_are_written_as_a_reader_writes_them():
    assert [shown(value) for value in (-0.5, 3, 1 / 3, "all")] == ["−0.5", "3", "0.333333", "all"]


def test_without_a_browser_it_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CHROMIUM", raising=False)
    with pytest.raises(NoBrowserError, match=r"make pdf CHROMIUM=/path/to/chrome"):
        find_browser()
    monkeypatch.setenv("CHROMIUM", "/nowhere/chrome")
    with pytest.raises(NoBrowserError, match="there is no /nowhere/chrome; install one"):
        find_browser()


def test_the_command_tells_a_missing_site_in_one_line(tmp_path):
    command = [sys.executable, "-m", "attnkit.book.paper", "--site", str(tmp_path / "html")]
    asked = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
    assert asked.returncode == 1
    assert asked.stderr.splitlines() == [
        f"attnkit: no built book in {tmp_path / 'html'}: {tmp_path / 'contents.yml'} is missing; "
        "run `make book` first"
    ]
