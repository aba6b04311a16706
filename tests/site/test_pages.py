"""Every page: reachable, whole, rendered, and asking no host for anything."""

import functools
import re
import shutil
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

from attnkit.explore import gallery
from tests.browser import Watch

# One worker builds the site and looks at it.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

LOADING_TAGS = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


class Links(HTMLParser):
    """The anchors, links and loaded files of a page."""

    def __init__(self, text: str):
        super().__init__()
        self.anchors: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.anchors |= {attributes.get("id", ""), attributes.get("name", "")}
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        if tag in LOADING_TAGS and attributes.get("rel") != "canonical":
            self.loaded.append(attributes.get(LOADING_TAGS[tag]) or "")


@functools.cache
def parsed(path):
    return Links(path.read_text())


def local(link: str) -> bool:
    return not urlsplit(link).scheme and not link.startswith("//")


def test_every_page_is_reached_from_the_first_and_no_link_is_broken(site):
    seen, waiting, broken = set(), [site.folder / "index.html", site.pages[0]], []
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        for link in filter(local, parsed(page).links):
            path, _, fragment = link.partition("#")
            target = (page.parent / unquote(urlsplit(path).path)).resolve() if path else page
            if not target.exists():
                broken.append(f"{page.name}: {link}")
            elif target.suffix == ".html":
                waiting.append(target)
                anchor = unquote(fragment).partition("?")[0]
                if anchor and anchor not in parsed(target).anchors:
                    broken.append(f"{page.name}: {link} (no such anchor)")
    assert not broken
    assert set(site.pages) <= seen


def test_no_page_loads_a_file_from_another_host(site):
    for page in site.pages:
        assert all(map(local, parsed(page).loaded)), page
        assert 'type="module"' not in page.read_text()


def test_no_page_mentions_a_content_network(site):
    words = re.compile(r"cdn|unpkg|jsdelivr|cdnjs|googleapis", re.IGNORECASE)
    for page in site.pages:
        hosts = re.findall(r"https?://[^\s\"'<>)]+", page.read_text())
        assert not [host for host in hosts if words.search(host)], page


def test_no_two_things_of_a_page_bear_one_id(site):
    for page in site.pages:
        twice = [name for name, times in Counter(parsed(page).ids).items() if times > 1]
        assert twice == [], page


def test_a_page_offers_notebooks_and_print_but_no_markup(site):
    offered = {
        page: set(re.findall(r'href="([^"]*_sources/[^"]*)"', page.read_text()))
        for page in site.pages
    }
    for page, links in offered.items():
        is_notebook = page.parent.name == "notebooks"
        assert [link.endswith(".ipynb") for link in links] == [True] * is_notebook, page


UNRENDERED = """[...document.querySelectorAll('.math')]
  .filter(e => !e.querySelector('mjx-container')).map(e => e.textContent)"""
WRONG = "document.querySelectorAll('mjx-merror, [data-mml-node=merror]').length"
CUT = """[...document.querySelectorAll('mjx-container[display="true"]')]
  .map(e => [e, Math.max(e.scrollWidth, e.firstElementChild.getBoundingClientRect().width)])
  .filter(([e, width]) => width > e.clientWidth + 1)
  .map(([e, width]) => `${Math.round(width - e.clientWidth)} px, ${(e.closest('[id]') || e).id}`)"""
LONG = """(() => {
  const edge = document.querySelector('.bd-article').getBoundingClientRect().right;
  return [...document.querySelectorAll('mjx-container:not([display])')]
    .filter(e => !e.closest('table, pre') && e.getBoundingClientRect().right > edge + 1)
    .map(e => (e.querySelector('mjx-assistive-mml') || e).textContent);
})()"""
STOPS = "document.querySelectorAll('mjx-container[tabindex], mjx-container [tabindex]').length"


def assert_formulas(tab, name):
    """Every formula is rendered, none is cut at this width, and none is a stop of the Tab key."""
    tab.wait_for_function("!window.MathJax || MathJax.startup.promise.then(() => true)")
    assert tab.evaluate(UNRENDERED) == [], name
    assert tab.evaluate(WRONG) == 0, name
    assert tab.evaluate(CUT) == [], f"{name}: break these with `aligned`"
    assert tab.evaluate(STOPS) == 0, name


def test_formulas_are_rendered_and_nothing_overflows(site, open_page):
    shots = site.folder.parent / "screenshots"
    shutil.rmtree(shots, ignore_errors=True)
    shots.mkdir()
    for page in site.pages:
        tab = open_page(page)
        name = "-".join(page.relative_to(site.folder).with_suffix("").parts)
        assert_formulas(tab, name)
        tab.screenshot(path=shots / f"{name}-desktop.png", full_page=True)
        tab.set_viewport_size({"width": 390, "height": 844})
        tab.wait_for_timeout(300)
        tab.screenshot(path=shots / f"{name}-phone.png", full_page=True)
        assert tab.evaluate(LONG) == [], f"{name}: end these formulas of the text before a ="
        too_wide = tab.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        assert too_wide <= 1, f"{name} is {too_wide} px wider than a phone"
        tab.close()


def test_a_formula_that_is_cut_or_focusable_is_seen(site, open_page):
    tab = open_page(site.folder / "book/index.html")
    assert_formulas(tab, "home")
    formula = tab.locator('mjx-container[display="true"]').first
    formula.evaluate("e => { e.firstElementChild.style.minWidth = '60rem'; }")
    with pytest.raises(AssertionError, match="break these"):
        assert_formulas(tab, "home")
    formula.evaluate("e => { e.firstElementChild.style.minWidth = ''; e.tabIndex = 0; }")
    with pytest.raises(AssertionError):
        assert_formulas(tab, "home")


def test_on_a_phone_a_formula_that_goes_on_has_a_shade_at_its_edge(site, open_page):
    tab = open_page(site.folder / "book/index.html", viewport={"width": 390, "height": 844})
    look = tab.locator('mjx-container[display="true"]').first.evaluate(
        "e => [getComputedStyle(e).backgroundAttachment, getComputedStyle(e).overflowX]"
    )
    assert look == ["local, local, scroll, scroll", "auto"]


def test_the_site_works_in_a_sub_path(site, browser, address_in_a_sub_path):
    context = browser.new_context()
    watch = Watch(context, allowed=(address_in_a_sub_path, "data:", "blob:"))
    tab = context.new_page()
    page = site.page_of("finite-entmax").relative_to(site.folder)
    tab.goto(f"{address_in_a_sub_path}/{page}")
    tab.wait_for_function("document.documentElement.dataset.attnkit === 'ready'")
    assert tab.evaluate("document.querySelector('.attnkit-explorable').attnkit.params")
    context.close()
    watch.assert_clean()


def test_every_figure_of_the_gallery_is_on_a_page(site):
    for name in gallery():
        assert site.page_of(name)
