"""Buttons to Binder and Colab: on pages of notebooks, if the repository has an address."""

import re

import nbformat
import pytest
from sphinx.errors import ConfigError

from attnkit.book.repository import Repository, repository

THEMED = """
html_theme = "sphinx_book_theme"
nb_execution_mode = "off"
html_theme_options = {
    "repository_url": "@", "repository_branch": "spring",
    "launch_buttons": {"binderhub_url": "https://binder.example", "colab_url": "https://colab.example"},
}
"""
ON_BINDER = "?urlpath=lab/tree/notebooks/01_look.ipynb"


@pytest.fixture
def build(small_site):
    """Build a chapter and a notebook of a repository at this address."""
    cells = [nbformat.v4.new_markdown_cell("# Look")]
    notebook = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    small_site.write("index.md", "# Book\n\n```{toctree}\nnotebooks/01_look\n```\n")
    small_site.write("notebooks/01_look.ipynb", notebook)
    themed = small_site.conf.replace('"myst_parser"', '"myst_nb"') + THEMED

    def built(address):
        small_site.conf = themed.replace("@", address)
        pages = small_site.build()
        return pages["index.html"], pages["notebooks/01_look.html"]

    return built


def test_without_an_address_no_page_names_a_service(build):
    for page in build(""):
        assert "binder.example" not in page
        assert "colab.example" not in page
        assert "launch-buttons" not in page


@pytest.mark.parametrize(
    ("address", "links"),
    [
        (
            "https://example.org/team/attnkit",
            ["https://binder.example/v2/git/https%3A%2F%2Fexample.org%2Fteam%2Fattnkit/spring"],
        ),
        (
            "https://gitlab.com/faculty/team/attnkit.git",
            ["https://binder.example/v2/gl/faculty%2Fteam%2Fattnkit/spring"],
        ),
        (
            "https://github.com/team/attnkit/",
            [
                "https://binder.example/v2/gh/team/attnkit/spring",
                "https://colab.example/github/team/attnkit/blob/spring/notebooks/01_look.ipynb",
            ],
        ),
    ],
)
def test_with_an_address_notebooks_open_where_it_can_be_read(build, address, links):
    chapter, notebook = build(address)
    found = re.findall(r'href="(https://(?:binder|colab)\.example[^"]*)"', notebook)
    assert found == [links[0] + ON_BINDER, *links[1:]]
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
