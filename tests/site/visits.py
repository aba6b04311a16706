"""What a browser sees of a page, at the width of a desk and of a phone, in one visit.

A page is opened once for all tests of the pages: setting its formulas in type is what costs.
"""

from dataclasses import dataclass

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

SET_IN_TYPE = "!window.MathJax || MathJax.startup.promise.then(() => true)"
LAID_OUT = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
FORMULAS = """(() => ({
  unrendered: [...document.querySelectorAll('.math')]
    .filter(e => !e.querySelector('mjx-container')).map(e => e.textContent),
  wrong: document.querySelectorAll('mjx-merror, [data-mml-node=merror]').length,
  cut: [...document.querySelectorAll('mjx-container[display="true"]')]
    .map(e => [e, Math.max(e.scrollWidth, e.firstElementChild.getBoundingClientRect().width)])
    .filter(([e, width]) => width > e.clientWidth + 1)
    .map(([e, width]) => `${Math.round(width - e.clientWidth)} px, ${(e.closest('[id]') || e).id}`),
  stops: document.querySelectorAll('mjx-container[tabindex], mjx-container [tabindex]').length,
}))()"""
LONG = """(() => {
  const edge = document.querySelector('.bd-article').getBoundingClientRect().right;
  return [...document.querySelectorAll('mjx-container:not([display])')]
    .filter(e => !e.closest('table, pre') && e.getBoundingClientRect().right > edge + 1)
    .map(e => (e.querySelector('mjx-assistive-mml') || e).textContent);
})()"""
TOO_WIDE = "document.scrollingElement.scrollWidth - innerWidth"
WIDE_TABLES = """[...document.querySelectorAll(".bd-article table")]
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


@dataclass(frozen=True)
class Visit:
    """What was seen: formulas and tables at a desk, long formulas, width and tables on a phone."""

    formulas: dict
    wide_tables: list[dict]
    long: list[str]
    too_wide: float
    wide_tables_on_a_phone: list[dict]


def formulas(tab) -> dict:
    """What is wrong with the formulas of a page, once they are set in type."""
    tab.wait_for_function(SET_IN_TYPE)
    return tab.evaluate(FORMULAS)


def visit(tab) -> Visit:
    """Look at an opened page at both widths."""
    at_a_desk = {"formulas": formulas(tab), "wide_tables": tab.evaluate(WIDE_TABLES)}
    tab.set_viewport_size(PHONE)
    tab.evaluate(LAID_OUT)
    return Visit(
        **at_a_desk,
        long=tab.evaluate(LONG),
        too_wide=tab.evaluate(TOO_WIDE),
        wide_tables_on_a_phone=tab.evaluate(WIDE_TABLES),
    )
