"""A real JupyterLab on loopback: the notebook runs, and a moved slider moves the figure."""

import pytest

from tests.browser import Watch
from tests.lab.server import ROOT, jupyterlab, run_all_cells

NOTEBOOK = "01_where_attention_looks.ipynb"
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("lab")]

CHANGED = "([node, before]) => node.innerHTML !== before"


def test_the_notebook_runs_and_its_sliders_move_the_figure(browser, tmp_path):
    with jupyterlab(tmp_path) as address:
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        here = (address, address.replace("http", "ws"), "data:", "blob:")
        watch = Watch(context, allowed=here)
        tab = context.new_page()
        run_all_cells(tab, address, NOTEBOOK)
        assert tab.locator(".jp-OutputArea-output[data-mime-type*='stderr']").count() == 0
        figure = tab.locator(".attnkit-live").first
        handle = figure.locator(".noUi-handle, input[type=range]").first
        handle.scroll_into_view_if_needed()
        drawn = figure.locator(".cartesianlayer").first
        before = drawn.inner_html()
        for _ in range(5):
            handle.press("ArrowRight")
        tab.wait_for_function(CHANGED, arg=[drawn.element_handle(), before])
        shots = ROOT / "book/_build/screenshots"
        shots.mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=shots / "jupyterlab.png")
        context.close()
        assert not watch.requests
