"""Figures on a page of their own, without a site: what the one front end draws and does."""

import pytest

from attnkit.explore.assets import page_script, stylesheet
from attnkit.explore.grid import sample
from attnkit.explore.page import page_html
from tests.browser import Watch

READY = "document.documentElement.dataset.attnkit === 'ready'"
THEMES = """
html { --pst-color-text-base: #222832; --pst-color-text-muted: #48566b; background: #fff; }
html[data-theme=dark] {
  --pst-color-text-base: #ced6dd; --pst-color-text-muted: #9ca4af; --pst-color-surface: #29313d;
  background: #14181e;
}
body { max-width: 688px; margin: 0 auto; font: 16px sans-serif; }
"""


def page_of(explorable, around: tuple[str, str] = ("", "")) -> str:
    """A page with one figure, between two pieces of HTML."""
    block, _ = page_html(explorable, sample(explorable), "still.svg")
    before, after = around
    return (
        "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<link rel=icon href='data:,'><style>{THEMES}{stylesheet()}</style>"
        f"{before}{block.replace('still.svg', 'data:image/svg+xml,')}{after}"
        f"<script>{page_script()}</script>"
    )


@pytest.fixture
def show(browser, tmp_path):
    """Open a figure; requests and errors of its page fail the test."""
    contexts = []

    def shown(explorable, around=("", ""), fragment="", **options):
        path = tmp_path / f"{explorable.name}.html"
        path.write_text(page_of(explorable, around))
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)
        contexts.append((context, Watch(context)))
        tab = context.new_page()
        tab.goto(path.as_uri() + fragment)
        tab.wait_for_function(READY)
        return tab.locator(".attnkit-explorable")

    yield shown
    for context, watch in contexts:
        context.close()
        watch.assert_clean()


def state_of(figure) -> dict:
    """What the figure shows, once its last move is painted."""
    settled = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    return figure.evaluate(f"async e => {{ await {settled}; return e.attnkit; }}")
