"""A real JupyterLab on loopback: figures answer keys, Python and own data, and die with a word."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from tests.browser import Watch
from tests.lab.server import ROOT, jupyterlab, open_notebook, run_all_cells, run_cell

NOTEBOOK = "01_where_attention_looks.ipynb"
OWN = """
from attnkit.explore import gallery
import numpy as np
figure = gallery()["finite-entmax"].show(alpha=1.5)
figure
"""
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("lab")]

DRAWN = "node => ({ ...node.attnkit, drawn: Number(node.dataset.drawn) })"
PAINTED = "([node, before]) => Number(node.dataset.drawn) > before"
PIXELS = "node => [...node.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL())"
ACTIVE = """() => [...document.querySelectorAll(".jp-Cell")]
  .findIndex((cell) => cell.classList.contains("jp-mod-active"))"""


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """A page of a running JupyterLab, the address, and what the page did."""
    folder = tmp_path_factory.mktemp("lab")
    with jupyterlab(folder) as address:
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        here = (address, address.replace("http", "ws"), "data:", "blob:")
        watch = Watch(context, allowed=here)
        yield context.new_page(), address, folder / "notebooks"
        context.close()
        assert not watch.requests


def figure_of(tab, nth=0):
    figure = tab.locator(".attnkit-explorable").nth(nth)
    figure.scroll_into_view_if_needed()
    return figure


def after(tab, figure, act):
    """What the figure shows once `act` has been painted."""
    before = figure.evaluate(DRAWN)["drawn"]
    act()
    tab.wait_for_function(PAINTED, arg=[figure.element_handle(), before])
    return figure.evaluate(DRAWN)


def test_the_notebook_runs_and_a_slider_key_changes_the_panels(lab):
    tab, address, _ = lab
    run_all_cells(tab, address, NOTEBOOK)
    assert tab.locator(".jp-OutputArea-output[data-mime-type*='stderr']").count() == 0
    figure = figure_of(tab)
    slider = figure.get_by_label("α", exact=True)
    slider.focus()
    cell, pixels = tab.evaluate(ACTIVE), figure.evaluate(PIXELS)
    shown = after(tab, figure, lambda: slider.press("ArrowRight"))
    assert shown["params"]["alpha"] == pytest.approx(1.05)
    assert figure.evaluate(PIXELS)[1] != pixels[1]
    for key in ("ArrowDown", "ArrowUp", "r"):
        slider.press(key)
    assert tab.evaluate(ACTIVE) == cell
    assert tab.locator(".jp-RawCell").count() == 0
    shots = ROOT / "book/_build/screenshots"
    shots.mkdir(parents=True, exist_ok=True)
    tab.screenshot(path=shots / "jupyterlab.png")


def test_a_screen_reader_hears_what_the_figure_shows_and_every_slider_is_explained(lab):
    tab, *_ = lab
    figure = figure_of(tab)
    described = figure.get_attribute("aria-describedby")
    assert "dots for the scores of twelve keys" in tab.locator(f"[id='{described}']").inner_text()
    assert figure.locator(".attnkit-control small").first.is_visible()
    assert tab.locator("[title=null]").count() == 0


def test_the_still_picture_is_hidden_while_the_widget_lives(lab):
    tab, *_ = lab
    stills = tab.locator("[data-attnkit-still]")
    assert stills.count() > 0
    assert not any(still.is_visible() for still in stills.all())


def write(folder: Path, name: str, *cells: str) -> str:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(book, folder / name)
    return name


def test_python_sets_and_sees_the_setting_and_hands_over_own_data(lab):
    tab, address, folder = lab
    name = write(
        folder,
        "own.ipynb",
        OWN,
        "figure.params = {'alpha': 2.0}",
        "figure.params = {'scores': np.array([0.5, 3.0, 1.0])}",
        "import json; print(json.dumps(figure.params))",
        "figure",
    )
    open_notebook(tab, address, name)
    run_cell(tab, 0)
    figure = figure_of(tab)
    figure.wait_for()
    assert figure.evaluate(DRAWN)["params"]["alpha"] == 1.5
    shown = after(tab, figure, lambda: run_cell(tab, 1))
    assert shown["params"]["alpha"] == 2
    shown = after(tab, figure, lambda: run_cell(tab, 2))
    assert shown["values"]["score"] == [0.5, 3.0, 1.0]
    assert shown["values"]["weight"] == [0, 1, 0]
    figure.get_by_role("button", name="Your own data").click()
    field = figure.get_by_label("your own scores")
    assert field.input_value() == "0.5,3,1"
    field.fill("1, 1")
    shown = after(tab, figure, lambda: field.press("Enter"))
    assert shown["values"]["weight"] == [0.5, 0.5]
    run_cell(tab, 3)
    told = tab.locator(".jp-OutputArea-output[data-mime-type*='stdout']").inner_text()
    assert json.loads(told)["scores"] == [1.0, 1.0]


def test_a_word_that_is_no_number_is_shown_with_a_caret_under_it(lab):
    tab, *_ = lab
    figure = figure_of(tab)
    field = figure.get_by_label("your own scores")
    field.fill("1, two")
    field.press("Enter")
    problem = figure.locator("pre.attnkit-problem")
    problem.wait_for()
    assert problem.inner_text() == "scores: 'two' is no number\n1, two\n   ^"


def test_two_views_of_one_figure_move_together(lab):
    tab, *_ = lab
    run_cell(tab, 4)
    first, second = (tab.locator(".attnkit-explorable[data-drawn]").nth(i) for i in range(2))
    slider = second.get_by_label("α", exact=True)
    shown = after(tab, first, lambda: slider.press("ArrowRight"))
    assert shown["params"]["alpha"] == pytest.approx(2.05)
    assert shown["params"] == second.evaluate(DRAWN)["params"]


def test_after_a_restart_of_the_kernel_a_sentence_says_why_nothing_moves(lab):
    tab, *_ = lab
    tab.get_by_role("menuitem", name="Kernel", exact=True).click()
    tab.locator("[data-command='kernelmenu:restart']").click()
    tab.locator(".jp-Dialog .jp-mod-warn").click()
    figure = figure_of(tab)
    figure.get_by_label("α", exact=True).press("ArrowRight")
    problem = figure.locator("pre.attnkit-problem")
    problem.get_by_text("The kernel does not answer").wait_for(timeout=20_000)


def test_jupyter_notebook_leaves_the_keys_to_the_figure_too(browser, tmp_path):
    """It hears a key before any element does, where JupyterLab hears it last."""
    with jupyterlab(tmp_path, app="notebook") as address:
        name = write(tmp_path / "notebooks", "own.ipynb", OWN)
        tab = browser.new_page()
        tab.goto(f"{address}/notebooks/{name}")
        tab.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for(timeout=90_000)
        run_cell(tab, 0)
        figure = tab.locator(".attnkit-explorable[data-drawn]")
        slider = figure.get_by_label("α", exact=True)
        shown = after(tab, figure, lambda: slider.press("ArrowRight"))
        assert shown["params"]["alpha"] == pytest.approx(1.55)
        tab.close()


def test_a_notebook_that_is_opened_again_shows_the_still_picture(lab):
    tab, address, folder = lab
    name = write(folder, "again.ipynb", OWN)
    open_notebook(tab, address, name)
    run_cell(tab, 0)
    figure_of(tab).wait_for()
    tab.keyboard.press("Control+s")
    saved = folder / name
    tab.wait_for_function("() => !document.querySelector('.jp-mod-dirty')")
    while "data-attnkit-still" not in saved.read_text():
        tab.wait_for_timeout(100)
    shutil.copy(saved, folder / "later.ipynb")
    open_notebook(tab, address, "later.ipynb")
    still = tab.locator("[data-attnkit-still] img")
    still.wait_for()
    assert "twelve keys" in still.get_attribute("alt")
    assert still.bounding_box()["height"] > 100
