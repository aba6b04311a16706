"""No module imports what imports it, not inside a function and not for an annotation either."""

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.package.imports import ROOT, imports_of

# A figure that is shown in Jupyter asks for what shows it; all else there knows what a figure is.
SHOWN = ("attnkit.explore.explorable", "attnkit.explore.live")


def circle(root: Path = ROOT) -> list[str]:
    """The modules of one circle, none where there is no circle."""
    known = {_module(path, root) for path in (root / "attnkit").rglob("*.py")}
    sorter = TopologicalSorter()
    for each in imports_of(root):
        imported = each.name if each.name in known else each.name.rpartition(".")[0]
        if imported in known - {each.module} and (each.module, imported) != SHOWN:
            sorter.add(each.module, imported)
    try:
        sorter.prepare()
    except CycleError as error:
        return error.args[1]
    return []


def _module(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_no_import_goes_round_in_a_circle():
    assert circle() == []


def test_what_shows_a_figure_is_imported_in_one_place():
    edges = [(each.module, each.name) for each in imports_of() if each.module == SHOWN[0]]
    assert edges.count(SHOWN) == 1


@pytest.mark.parametrize(
    "line",
    [
        "from attnkit.optics.light import ray",
        "import attnkit.optics.light",
        "from attnkit.optics import light",
        "from .light import ray",
        "def f():\n    from attnkit.optics.light import ray",
        "if TYPE_CHECKING:\n    from attnkit.optics.light import ray",
    ],
)
def test_each_circle_is_seen(tmp_path, line):
    folder = tmp_path / "attnkit" / "optics"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "light.py").write_text("from attnkit.optics import glass, lens\nray = 1\n")
    (folder / "glass.py").write_text("import torch\n")
    (folder / "lens.py").write_text("from attnkit.optics.glass import index\n")
    assert circle(tmp_path) == []
    (folder / "lens.py").write_text(line)
    assert {"attnkit.optics.light", "attnkit.optics.lens"} <= {*circle(tmp_path)}
