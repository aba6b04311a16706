"""The first code of every notebook: on Google Colab, which comes without attnkit, it installs it.

`python -m attnkit.book.first_cell` writes it into the notebooks of a clone, with the address that
`repository` in `book/_config.yml` names. Elsewhere it does nothing, and the site leaves it out.
"""

from pathlib import Path

import nbformat
import yaml
from nbformat import NotebookNode

import attnkit
from attnkit.book.repository import Repository, repository

__all__ = ["first_cell", "with_first_cell"]

_CODE = """
# For Google Colab, which comes without attnkit; elsewhere this cell does nothing.
import importlib.util
import sys

if "google.colab" in sys.modules and not importlib.util.find_spec("attnkit"):
    {remedy}
"""
# Colab's own Jupyter is older than the one that the extra `notebooks` asks for, and is kept.
_INSTALL = (
    'get_ipython().run_line_magic("pip", "install -q anywidget \'attnkit[data] @ git+{url}\'")'
)
_ASK = 'raise ModuleNotFoundError("attnkit: first run the pip command of the book\'s page Get it")'


def first_cell(found: Repository | None) -> NotebookNode:
    """Return the cell; without an address it says what to do."""
    remedy = _INSTALL.format(url=found.url) if found else _ASK
    tags = {"tags": ["remove-cell"], "jupyter": {"source_hidden": True}}
    source = _CODE.format(remedy=remedy).strip()
    return nbformat.v4.new_code_cell(source, id="colab", metadata=tags)


def with_first_cell(notebook: NotebookNode, cell: NotebookNode) -> NotebookNode:
    """Return a notebook whose title is followed by this cell, in place of an older one."""
    title, *rest = (each for each in notebook.cells if each.id != cell.id)
    return NotebookNode(notebook | {"cells": [title, cell, *rest]})


def main() -> None:
    """Write it into every notebook beside the book."""
    root = Path(attnkit.__path__[0]).parent
    settings = yaml.safe_load((root / "book/_config.yml").read_text(encoding="utf-8"))
    cell = first_cell(repository(settings.get("repository") or {}))
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        notebook = with_first_cell(nbformat.read(path, as_version=nbformat.NO_CONVERT), cell)
        text = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
        path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
