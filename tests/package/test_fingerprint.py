"""What a number is made of: found at any depth, through packages, and nothing else."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from attnkit.fingerprint import fingerprint
from attnkit.imports import declaring, dependencies, used_by

ROOT = Path(__file__).parents[2]
TELL = "import sys; from attnkit.fingerprint import fingerprint; print(fingerprint(*sys.argv[1:]))"
FIGURES = sorted(module for (kind, _), module in declaring().items() if kind == "Explorable")


def test_a_name_that_a_package_hands_on_is_followed_home():
    tree = ast.parse("from attnkit.densities import entmax\nimport torch")
    (home,) = used_by(tree)
    assert home.startswith("attnkit.densities.finite.")


def test_a_figure_is_made_of_its_mechanism_alone():
    made_of = dependencies(declaring()["Explorable", "finite-entmax"])
    assert any("finite" in module for module in made_of)
    assert not any(
        part in module for module in made_of for part in (".memory.", ".icl.", ".kernel.")
    )


def test_of_what_draws_only_what_sets_a_grid_counts(monkeypatch):
    digested = []
    monkeypatch.setattr("attnkit.fingerprint._part", lambda name: digested.append(name) or name)
    fingerprint(declaring()["Explorable", "finite-entmax"])
    counted = {name for name in digested if name.startswith("attnkit.explore")}
    setting_a_grid = ("batches", "controls", "grid", "listed", "presets")
    assert counted == {f"attnkit.explore.{name}" for name in setting_a_grid}


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A copy of the package to change, and what a module's fingerprint is in it."""
    root = tmp_path_factory.mktemp("copy")
    shutil.copytree(
        ROOT / "attnkit", root / "attnkit", ignore=shutil.ignore_patterns("__pycache__")
    )
    (root / "pyproject.toml").write_text("")

    def tell(module: str) -> str:
        command = [sys.executable, "-c", TELL, module]
        return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout

    return root, tell


def test_maths_changes_it_and_a_caption_does_not(copied):
    root, tell = copied
    module = declaring()["Explorable", "finite-entmax"]
    path = root / (module.replace(".", "/") + ".py")
    before, source = tell(module), path.read_text()
    call = next(
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Explorable"
    )
    caption = next(k.value for k in call.keywords if k.arg == "caption")
    path.write_text(source.replace(ast.get_source_segment(source, caption), '"Other words."'))
    assert tell(module) == before
    path.write_text(source.replace("def compute", "def compute_otherwise"))
    assert tell(module) != before
    path.write_text(source)
    maths = root / "attnkit/densities/finite/maps.py"
    maths.write_text(maths.read_text() + "\nANOTHER = 1\n")
    assert tell(module) != before


def test_every_figure_has_one_and_they_differ():
    assert len({fingerprint(module) for module in FIGURES}) == len(set(FIGURES))


def test_a_figure_is_made_of_the_memories_it_gathers():
    module = declaring()["Explorable", "remembered-digits"]
    assert "attnkit.memory.momentum.chunkwise" in dependencies(module)
