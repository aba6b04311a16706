"""A link of a notebook leads to a file that JupyterLab, started as `make lab` does, can open."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def links(notebook):
    cells = json.loads(notebook.read_text())["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_link_leads_to_a_file(notebook):
    found = links(notebook)
    assert found
    for link in found:
        target = (notebook.parent / unquote(link.partition("#")[0])).resolve()
        assert target.is_file(), link
        assert target.is_relative_to(ROOT / _root_of_lab()), link


def _root_of_lab():
    """The folder below which `make lab` serves files."""
    recipe = (ROOT / "Makefile").read_text().partition("\nlab: ")[2].partition("\n\n")[0]
    folder = re.search(r"(?:notebook-dir|root_dir)=(\S+)", recipe)
    return folder[1] if folder else "."
