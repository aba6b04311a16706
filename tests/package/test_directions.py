"""Dependencies go one way: maths <- theory <- experiments <- claims <- figures <- tasks."""

from pathlib import Path

import pytest

from tests.package.imports import ROOT, Import, imports_of

CORE = {
    "diagnostics",
    *("book", "cards", "claims", "coursework", "data", "diagnostics", "doctor", "gpu"),
    *("experiments", "explore", "trained", "words"),
}
# `recorded` holds what experiments found, for claims and figures to read.
LAYERS = ["maths", "theory", "recorded", "experiments", "claims", "figures", "tasks"]
SERVICES = tuple(f"attnkit.{name}" for name in ("claims", "coursework", "experiments", "explore"))
PLOTTING = {"IPython", "anywidget", "ipywidgets", "matplotlib"}
DRAWS = ("attnkit.explore", "attnkit.coursework.handout.session")  # which runs cells with IPython


def rooms(root: Path) -> set[str]:
    return {path.parent.name for path in (root / "attnkit").glob("*/__init__.py")} - CORE


def place(dotted: str, root: Path) -> tuple[str | None, str]:
    """Return the room (None: the core) and the layer of a module or of a name in it.

    The layer is the first part of the path, below the room, that is called like one.
    """
    parts = dotted.split(".")
    if parts[0] != "attnkit" or len(parts) < 2 or parts[1] not in rooms(root):
        return None, "core"
    inside = _within(root / "attnkit" / parts[1], parts[2:])
    if not inside:
        return parts[1], "theory"  # the room's own list of names: its maths and its theory
    return parts[1], next((part for part in inside if part in LAYERS), "maths")


def _within(folder: Path, parts: list[str]) -> list[str]:
    """The leading parts that are modules: what follows is a name in the last of them."""
    for depth, part in enumerate(parts):
        folder = folder / part
        if not folder.is_dir():
            return parts[: depth + folder.with_suffix(".py").exists()]
    return parts


def wrong(root: Path = ROOT) -> list[str]:
    """Return what breaks a direction, in words."""
    return [f"{each}: {reason}" for each in imports_of(root) if (reason := _reason(each, root))]


def _reason(each: Import, root: Path) -> str | None:
    here, layer = place(each.module, root)
    there, other = place(each.name, root)
    if each.name.split(".")[0] in PLOTTING and not each.module.startswith(DRAWS):
        return "only attnkit.explore draws"
    if here is None:
        named = there is not None and each.module != "attnkit"
        return "the core knows no room by name" if named else None
    if there is None:
        service = each.name.startswith(SERVICES)
        return f"{layer} is pure" if service and layer in ("maths", "theory") else None
    if here != there:
        public = each.name.count(".") <= 2 and not each.name.split(".")[-1].startswith("_")
        return None if public else "rooms know each other by public names only"
    return None if LAYERS.index(other) <= LAYERS.index(layer) else f"{layer} <- {other} only"


def test_every_import_goes_the_right_way():
    assert wrong() == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("optics/lens.py", "import matplotlib.pyplot as plt"),
        ("optics/figures.py", "import matplotlib.pyplot"),
        ("optics/lens.py", "def f():\n    from attnkit.optics.theory import bound"),
        ("optics/lens.py", "from attnkit.optics import theory"),
        ("optics/lens.py", "from . import theory"),
        ("optics/lens.py", "from .experiments import RUN"),
        ("optics/theory.py", "from attnkit.optics.claims import gap"),
        ("optics/experiments.py", "from attnkit.optics.figures import FIGURE"),
        ("optics/__init__.py", "from attnkit.optics.figures import FIGURE"),
        ("optics/lens.py", "from attnkit.explore import Explorable"),
        ("optics/lens.py", "from attnkit.coursework import Task"),
        ("optics/figures.py", "from attnkit.optics.tasks import FOCUS"),
        ("optics/mirror/newton.py", "from attnkit.optics.mirror.theory import bound"),
        ("optics/mirror/claims.py", "from attnkit.optics.mirror.figures.focus import FOCUS"),
        ("optics/mirror/figures/focus.py", "from attnkit.optics.mirror.tasks.focus import FOCUS"),
        ("optics/mirror/newton.py", "from attnkit.explore import Explorable"),
        ("optics/lens.py", "from attnkit.acoustics.horn import throat"),
        ("optics/lens.py", "from attnkit.acoustics import _secret"),
        ("explore/gallery.py", "from attnkit.optics import lens"),
        ("diagnostics.py", "import attnkit.optics"),
    ],
)
def test_each_wrong_way_is_seen(tmp_path, module, line):
    _house(tmp_path, module, line)
    assert len(wrong(tmp_path)) == 1


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("optics/theory.py", "from attnkit.optics.lens import focus"),
        ("optics/claims.py", "from attnkit.optics import focus\nfrom attnkit.claims import claim"),
        (
            "optics/figures.py",
            "from attnkit.optics.experiments import RUN\nimport attnkit.explore",
        ),
        ("optics/lens.py", "from attnkit.acoustics import horn_gain\nimport torch"),
        ("optics/mirror/tasks/focus.py", "from attnkit.optics.theory import bound"),
        ("optics/mirror/figures.py", "from attnkit.optics.mirror.claims import gap"),
        ("optics/lens.py", "from attnkit.validate import require_finite"),
        ("explore/still.py", "import matplotlib"),
        ("__init__.py", "from attnkit.optics import focus"),
    ],
)
def test_each_right_way_is_allowed(tmp_path, module, line):
    _house(tmp_path, module, line)
    assert wrong(tmp_path) == []


def _house(root, module, line):
    files = [f"{room}/{name}.py" for room in ("optics", "acoustics") for name in LAYERS[1:]]
    files += ["optics/lens.py", "acoustics/horn.py", "optics/__init__.py", "acoustics/__init__.py"]
    files += [f"optics/mirror/{name}.py" for name in ("__init__", "newton", "theory", "claims")]
    files += [f"optics/mirror/{layer}/focus.py" for layer in ("figures", "tasks")]
    for name in [*files, "explore/__init__.py", "__init__.py"]:
        path = root / "attnkit" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    path = root / "attnkit" / module
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(line + "\n")
