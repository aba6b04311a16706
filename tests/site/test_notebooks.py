"""The build of the site runs every notebook, other hosts refused, and an error stops it."""

import pytest

from tests.site.conftest import ROOT

pytestmark = pytest.mark.xdist_group("site")

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_every_notebook_ran_and_left_nothing_beside_it(site):
    run = {page.stem for page in site.pages if page.parent.name == "notebooks"}
    assert run == {notebook.stem for notebook in NOTEBOOKS}
    left = {file.name for file in (ROOT / "notebooks").iterdir() if file.name[0] != "."}
    assert left == {notebook.name for notebook in NOTEBOOKS}
