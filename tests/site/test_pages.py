"""Every page: reachable, whole, rendered, and asking no host for anything."""

import functools
import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

from attnkit.explore import gallery
from tests.browser import Watch
from tests.site.visits import formulas

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


def test_every_formula_is_rendered_and_none_is_cut(visits):
    for name, visit in visits.items():
        assert_formulas(visit.formulas, name)


def test_nothing_is_wider_than_a_phone(visits):
    for name, visit in visits.items():
        assert visit.long == [], f"{name}: end these formulas of the text before a ="
        assert visit.too_wide <= 1, f"{name} is {visit.too_wide} px wider than a phone"


def assert_formulas(found, name):
    """Every formula is rendered, none is cut at this width, and none is a stop of the Tab key."""
    assert found["unrendered"] == [], name
    assert found["wrong"] == 0, name
    assert found["cut"] == [], f"{name}: break these with `aligned`"
    assert found["stops"] == 0, name


def test_a_formula_that_is_cut_or_focusable_is_seen(site, open_page):
    tab = open_page(site.folder / "book/index.html")
    assert_formulas(formulas(tab), "home")
    formula = tab.locator('mjx-container[display="true"]').first
    formula.evaluate("e => { e.firstElementChild.style.minWidth = '60rem'; }")
    with pytest.raises(AssertionError, match="break these"):
        assert_formulas(formulas(tab), "home")
    formula.evaluate("e => { e.firstElementChild.style.minWidth = ''; e.tabIndex = 0; }")
    with pytest.raises(AssertionError):
        assert_formulas(formulas(tab), "home")


def test_once_the_formulas_are_set_what_set_them_is_let_go(site, open_page):
    tab = open_page(site.folder / "book/index.html")
    assert formulas(tab)["unrendered"] == []
    tab.wait_for_function("!('MathJax' in window)")
    assert tab.locator("mjx-container").first.is_visible()


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
