"""Buttons to Binder and Colab: on pages of notebooks, if the repository has an address."""

import re
from pathlib import Path

import nbformat
import pytest
import yaml
from jupyter_book.config import get_final_config
from sphinx.errors import ConfigError

from attnkit.book.repository import Repository, repository

ROOT = Path(__file__).parents[2]
THEMED = """
html_theme = "sphinx_book_theme"
nb_execution_mode = "off"
# Sphinx keeps the suffixes of an earlier build in this process.
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
"""
BINDER, COLAB = "https://mybinder.org/v2", "https://colab.research.google.com"
NOTEBOOK = "notebooks/01_look.ipynb"


def options(address, folder):
    """What Jupyter Book makes of the book's own settings, with this address and a branch."""
    settings = yaml.safe_load((ROOT / "book/_config.yml").read_text())
    settings["repository"] = {"url": address, "branch": "spring"}
    (folder / "_config.yml").write_text(yaml.safe_dump(settings))
    made, _ = get_final_config(
        user_yaml=folder / "_config.yml", cli_config={"latex_individualpages": False}
    )
    return made["html_theme_options"]


@pytest.fixture
def build(small_site, tmp_path):
    """Build a chapter and a notebook of a repository at this address."""
    cells = [nbformat.v4.new_markdown_cell("# Look")]
    small_site.write("index.md", f"# Book\n\n```{{toctree}}\n{NOTEBOOK}\n```\n")
    small_site.write(NOTEBOOK, nbformat.writes(nbformat.v4.new_notebook(cells=cells)))
    small_site.conf = small_site.conf.replace('"myst_parser"', '"myst_nb"') + THEMED

    def built(address):
        small_site.conf += f"html_theme_options = {options(address, tmp_path)!r}\n"
        pages = small_site.build()
        return pages["index.html"], pages["notebooks/01_look.html"]

    return built


def test_without_an_address_no_page_names_a_service(build):
    for page in build(""):
        assert "mybinder" not in page
        assert "colab" not in page
        assert "launch-buttons" not in page
        assert "CC BY 4.0" in page  # the settings did arrive


@pytest.mark.parametrize(
    ("address", "links"),
    [
        (
            "https://example.org/team/attnkit",
            [BINDER + "/git/https%3A%2F%2Fexample.org%2Fteam%2Fattnkit/spring"],
        ),
        (
            "https://gitlab.com/faculty/team/attnkit.git",
            [BINDER + "/gl/faculty%2Fteam%2Fattnkit/spring"],
        ),
        (
            "https://github.com/team/attnkit/",
            [
                BINDER + "/gh/team/attnkit/spring",
                f"{COLAB}/github/team/attnkit/blob/spring/{NOTEBOOK}",
            ],
        ),
    ],
)
def test_with_an_address_notebooks_open_where_it_can_be_read(build, address, links):
    chapter, notebook = build(address)
    found = re.findall(r'href="(https://(?:mybinder|colab)[^"]*)"', notebook)
    assert found == [f"{links[0]}?urlpath=lab/tree/{NOTEBOOK}", *links[1:]]
    assert "_static/images/logo_binder.svg" in notebook
    assert "launch-buttons" not in chapter


@pytest.mark.parametrize(
    "address",
    ["git@host.example:team/attnkit", "http://host.example/a/b", "team/attnkit", "https://a/b c/d"],
)
def test_what_is_no_public_address_is_refused_by_name(build, address):
    with pytest.raises(
        ConfigError, match=re.escape("https address of a public repository")
    ) as caught:
        build(address)
    assert repr(address) in str(caught.value)


def test_a_branch_is_main_unless_it_is_named():
    assert repository({"url": "https://a.b/c/d", "branch": None}) == Repository("https://a.b/c/d")
    assert Repository("https://a.b/c/d").branch == "main"
    assert repository({"url": None}) is None
