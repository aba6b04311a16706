"""Tables fit their column; where a phone is too narrow for one, its first column stays in sight."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

WIDER = """() => [...document.querySelectorAll(".bd-article table")]
  .filter(table => table.scrollWidth > table.parentElement.clientWidth + 1)
  .map(table => {
    const box = table.parentElement;
    box.scrollLeft = box.scrollWidth;
    const first = table.querySelector("tbody tr > :first-child").getBoundingClientRect();
    return {
      text: table.innerText.slice(0, 40),
      scrolls: getComputedStyle(box).overflowX === "auto",
      kept: Math.abs(first.left - box.getBoundingClientRect().left) < 2,
    };
  })"""


def test_no_table_is_wider_than_its_column(site, open_page):
    for page in site.pages:
        if "<table" in page.read_text():
            assert open_page(page).evaluate(WIDER) == [], page.name


def test_on_a_phone_the_first_column_of_a_wide_table_stays(site, open_page):
    phone = {"viewport": {"width": 390, "height": 844}}
    wide = []
    for page in site.pages:
        if "<table" in page.read_text():
            tab = open_page(page, **phone)
            assert tab.evaluate("document.documentElement.scrollWidth") <= 391, page.name
            wide += tab.evaluate(WIDER)
    assert len(wide) <= 8
    assert [table for table in wide if not (table["scrolls"] and table["kept"])] == []
