"""A chapter as slides: every figure alive from a disk, and the keys of whoever has the focus."""

import re
import shutil

import pytest

from attnkit.book.article import SiteError
from attnkit.book.built import BuiltSite
from attnkit.book.slides.__main__ import find_chapter
from attnkit.book.slides.deck import write_deck
from attnkit.book.slides.packing import cut
from attnkit.book.slides.room import LINES, lines
from tests.browser import Watch

APPLE = "book/one/1_apple"
READY = "document.documentElement.dataset.deck === 'ready'"
ALIVE = "document.documentElement.dataset.attnkit === 'ready'"
DESK = {"width": 1280, "height": 720}


@pytest.fixture(scope="module")
def folder(small_book, tmp_path_factory):
    """The slides, moved to where no site is."""
    made = small_book.folder.parent / "slides" / APPLE
    write_deck(small_book, APPLE, made)
    stick = tmp_path_factory.mktemp("stick") / "apple"
    shutil.move(made, stick)
    return stick


@pytest.fixture
def deck(browser, folder):
    """Open the slides from the disk; a request to a host, or an error, fails the test."""
    contexts = []

    def opened(fragment="", **options):
        context = browser.new_context(**{"viewport": DESK} | options)
        contexts.append((context, Watch(context)))
        tab = context.new_page()
        tab.goto((folder / "index.html").as_uri() + fragment)
        tab.wait_for_function(f"{READY} && {ALIVE}")
        return tab

    yield opened
    for context, watch in contexts:
        context.close()
        watch.assert_clean()


def shown(tab):
    """The number of the slide that fills the window, and what the address says."""
    tab.wait_for_timeout(200)  # the address follows a scroll
    places = """[...document.querySelectorAll('.slide')].findIndex(
        (s) => Math.abs(s.getBoundingClientRect().top) < 2) + 1"""
    return tab.evaluate(places), tab.evaluate("location.hash")


def test_each_heading_and_each_figure_begins_a_slide(deck):
    tab = deck()
    titles = tab.locator(".slide > :is(h1, h2)").all_text_contents()
    assert titles == ["Apple", "Its skin", *["Watch it"] * 3, "Exercises"]
    assert tab.locator(".slide.figure").count() == 1
    assert tab.locator(".slide.figure .slide-body > *").count() == 1


def test_keys_turn_slides_and_the_address_follows(deck):
    tab = deck()
    assert tab.locator(".deck-bar output").text_content() == "1 / 6"
    for key, place in (("ArrowRight", 2), (" ", 3), ("ArrowLeft", 2), ("End", 6), ("Home", 1)):
        tab.keyboard.press(key)
        assert shown(tab) == (place, f"#/{place}")
    assert shown(deck("#/5"))[0] == 5


def test_a_slider_keeps_the_arrows_while_it_has_the_focus(deck):
    tab = deck("#/4")
    slider = tab.locator("input[type=range]").first
    slider.focus()
    before = slider.input_value()
    tab.keyboard.press("ArrowLeft")
    assert slider.input_value() != before
    assert shown(tab)[0] == 4
    assert re.fullmatch(r"#/4;trap-gallery\?severity=.+", shown(tab)[1])
    tab.keyboard.press("Escape")
    tab.keyboard.press("ArrowRight")
    assert shown(tab)[0] == 5


def test_a_figure_fills_its_slide_and_draws_in_proportion_to_the_window(deck):
    heights = []
    for width, height in ((1280, 720), (1920, 1080)):
        tab = deck("#/4", viewport={"width": width, "height": height})
        plot = tab.locator(".attnkit-plot").first.bounding_box()
        heights.append(plot["height"])
        cell = tab.locator(".attnkit-cell").first.bounding_box()
        assert plot["y"] + plot["height"] > cell["y"] + cell["height"] - 2
        canvas = tab.locator(".attnkit-plot canvas").first
        assert canvas.evaluate("c => c.width") >= plot["width"] - 2
        body = tab.locator(".slide.figure .attnkit-body").bounding_box()
        assert body["y"] + body["height"] <= height
    assert heights[0] > 250
    assert heights[1] / heights[0] == pytest.approx(1.5, abs=0.1)


def test_a_link_sets_the_figure_on_its_slide_and_leads_back(deck):
    tab = deck("#/5")
    tab.locator("a.attnkit-set").click()
    tab.wait_for_timeout(900)
    assert shown(tab)[0] == 4
    params = tab.evaluate("document.querySelector('.attnkit-explorable').attnkit.params")
    assert params["severity"] == 1
    tab.locator(".attnkit-back").click()
    assert shown(tab)[0] == 5
    tab.locator("a[href='#skin'], a[href='#its-skin']").first.click()
    assert shown(tab)[0] == 2
    tab.get_by_title("to the slide you came from").click()
    assert shown(tab)[0] == 5


def test_formulas_are_set_and_links_to_other_chapters_are_words(deck):
    tab = deck()
    assert tab.locator("mjx-container").count() == tab.locator(".math").count() == 2
    assert tab.locator(".eqno").first.text_content().startswith("(1)")
    links = tab.locator(".slide a").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    assert all(link.startswith(("#", "https://example.org")) for link in links)
    assert "Read Pear, the stone or" in " ".join(tab.locator(".slide").first.inner_text().split())


def test_exercises_are_set_without_their_hints(deck):
    tab = deck()
    assert "Peel an apple in one go." in tab.content()
    assert "Begin at the stalk." not in tab.content()


def test_light_and_dark_and_a_list_of_all_slides(deck):
    tab = deck(color_scheme="dark")
    dark = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    tab.keyboard.press("d")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    tab.keyboard.press("o")
    assert tab.locator(".deck-overview a").nth(3).text_content() == "4Watch it · A gallery of traps"
    tab.locator(".deck-overview a").nth(2).click()
    assert shown(tab)[0] == 3


def test_the_plan_of_the_hour_steers_the_slides_from_a_window_of_its_own(deck):
    tab = deck()
    with tab.context.expect_page() as opened:
        tab.keyboard.press("t")
    plan = opened.value
    assert "First the third step, then read Pear." in plan.locator("main").inner_text()
    plan.get_by_text("the third step").click()
    tab.wait_for_timeout(900)
    assert shown(tab) == (4, "#/4;trap-gallery?severity=3")
    params = tab.evaluate("document.querySelector('.attnkit-explorable').attnkit.params")
    assert params["severity"] == 3
    assert len(tab.context.pages) == 2


def test_on_a_phone_one_scrolls(deck):
    tab = deck(viewport={"width": 390, "height": 800})
    width = tab.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    assert tab.locator(".slide").first.bounding_box()["height"] < 800


WIDE_TABLE = """() => {
  document.querySelector('.slide-body').insertAdjacentHTML('beforeend',
    '<table><tr><td><mjx-container style="position: relative">' +
    '<svg width="900" height="20"></svg></mjx-container></td></tr></table>');
  const { scrollWidth } = document.documentElement;
  return [scrollWidth, document.querySelector('td svg').getBoundingClientRect().width];
}"""


def test_on_a_phone_a_wide_table_scrolls_in_itself_and_keeps_its_formulas_large(deck):
    assert deck(viewport={"width": 390, "height": 800}).evaluate(WIDE_TABLE) == [390, 900]


def test_on_a_phone_each_slide_has_its_turn_however_short(deck):
    tab = deck(viewport={"width": 390, "height": 800})
    number = tab.locator(".deck-bar output")
    for place in range(2, 7):
        tab.get_by_title("next").click()
        tab.wait_for_timeout(200)
        assert number.text_content() == f"{place} / 6"
    for place in (5, 4):
        tab.keyboard.press("ArrowLeft")
        tab.wait_for_timeout(200)
        assert number.text_content() == f"{place} / 6"
    tab = deck("#/4", viewport={"width": 390, "height": 800})
    tab.wait_for_timeout(300)
    assert tab.locator(".deck-bar output").text_content() == "4 / 6"
    tab.evaluate("scrollTo(0, 0)")
    tab.wait_for_timeout(300)
    assert tab.locator(".deck-bar output").text_content() == "1 / 6"


def test_a_long_text_is_cut_where_a_slide_is_full(small_book):
    slides = cut(small_book.page("book/one/2_pear").article)
    assert slides[0].heading.markup.startswith("Pear")
    assert sum(len(slide.blocks) for slide in slides) == 1 + 80 + 1
    long = [slide for slide in slides if len(slide.blocks) > 1]
    assert len(long) > 10
    assert all(sum(map(lines, slide.blocks)) <= LINES for slide in long)


def test_a_chapter_is_found_by_a_part_of_its_path_and_a_wrong_one_lists_what_there_is(small_book):
    pages = small_book.pages
    assert find_chapter(pages, "one/1") == find_chapter(pages, f"{APPLE}.md") == APPLE
    with pytest.raises(SiteError, match=r"is part of 2 pages; there are\n  book/one/1_apple\n"):
        find_chapter(pages, "one/")
    for wrong in ("", "plum"):
        with pytest.raises(SiteError, match=f"no page is called '{wrong}'; there are\n  index\n"):
            find_chapter(pages, wrong)


def test_without_a_site_it_says_what_to_do(tmp_path):
    with pytest.raises(SiteError, match="run `make book` first"):
        BuiltSite(tmp_path / "html")
