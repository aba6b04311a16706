"""The guard for Colab: one in every notebook, silent where attnkit is, of use where it is not."""

import sys
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
import yaml

from attnkit.book.first_cell import first_cell, with_first_cell
from attnkit.book.repository import Repository, repository
from attnkit.explore import gallery

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SOMEWHERE = Repository("https://example.org/team/attnkit")


class Shell:
    """What a notebook's `get_ipython()` gives, with pip written down in place of run."""

    def __init__(self):
        self.asked = []

    def run_line_magic(self, name, line):
        self.asked.append((name, line))


@pytest.fixture
def run(capfd):
    """Run the cell for this repository; returns what it asked of pip. It prints nothing."""

    def ran(found):
        shell = Shell()
        exec(first_cell(found).source, {"get_ipython": lambda: shell})
        assert capfd.readouterr() == ("", "")
        return shell.asked

    return ran


@pytest.fixture
def colab(monkeypatch):
    """The module by which a process knows that it runs on Colab."""
    output = ModuleType("google.colab.output")
    output.enabled = 0

    def enable_custom_widget_manager():
        output.enabled += 1

    output.enable_custom_widget_manager = enable_custom_widget_manager
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    return output


@pytest.fixture
def without_attnkit(monkeypatch):
    """As in a fresh Colab: attnkit is imported by nobody, and cannot be found."""
    monkeypatch.delitem(sys.modules, "attnkit")
    monkeypatch.setattr(sys, "path", [])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_has_the_cell_of_the_configured_address_below_its_title(path):
    settings = yaml.safe_load((ROOT / "book/_config.yml").read_text())
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    wanted = first_cell(repository(settings["repository"]))
    assert notebook == with_first_cell(notebook, wanted)
    assert notebook.cells[0].source.startswith("# ")
    assert len(wanted.source.splitlines()) <= 6


@pytest.mark.parametrize("found", [None, SOMEWHERE])
@pytest.mark.usefixtures("without_attnkit")
def test_elsewhere_it_does_nothing(run, found):
    assert run(found) == []


@pytest.mark.parametrize("found", [None, SOMEWHERE])
@pytest.mark.usefixtures("colab")
def test_on_colab_with_attnkit_it_does_nothing(run, found):
    assert run(found) == []


@pytest.mark.usefixtures("colab", "without_attnkit")
def test_on_colab_it_installs_from_the_configured_address(run):
    asked = [("pip", "install -q anywidget 'attnkit[data] @ git+https://example.org/team/attnkit'")]
    assert run(SOMEWHERE) == asked


@pytest.mark.usefixtures("colab", "without_attnkit")
def test_without_an_address_it_says_what_to_do_and_invents_none(run):
    with pytest.raises(ModuleNotFoundError, match="the pip command of the book's page Get it"):
        run(None)
    assert "://" not in first_cell(None).source


def test_a_figure_asks_colab_to_show_widgets_before_it_is_shown(colab):
    """The cell need not: anywidget does it for each widget that is made."""
    gallery()["finite-entmax"].show()
    assert colab.enabled
