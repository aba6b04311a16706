"""What a room declares is found, wherever in the room it stands; nothing found is ever lost."""

import importlib
import json
from pathlib import Path

import pytest

import attnkit
from attnkit.claims import Claim, claims
from attnkit.coursework import Task, problem_sets, tasks
from attnkit.experiments import Experiment, experiments
from attnkit.explore import Explorable, gallery
from tests.package.test_directions import ROOT, rooms

LAYERS = {
    "figures": (Explorable, gallery),
    "claims": (Claim, claims),
    "experiments": (Experiment, experiments),
    "tasks": (Task, tasks),
}
BEFORE = json.loads(Path(__file__).with_name("found_before.json").read_text())


def lost(names: set[str]) -> list[str]:
    """Say which declared thing in any module of these rooms is not found, and where it stands."""
    missing = []
    for module in map(importlib.import_module, _modules(names)):
        for thing in vars(module).values():
            for layer, (kind, found) in LAYERS.items():
                if isinstance(thing, kind) and found().get(thing.name) is not thing:
                    missing.append(f"{thing.name!r} in {module.__name__} is not among the {layer}")
    return missing


def _modules(names: set[str]) -> list[str]:
    found = []
    for root in map(Path, attnkit.__path__):
        for path in (path for name in sorted(names) for path in (root / name).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found.append(".".join(("attnkit", *parts)).removesuffix(".__init__"))
    return [module for module in found if not module.endswith("__main__")]


def test_every_declared_thing_is_found():
    assert lost(rooms(ROOT)) == []


def test_a_thing_outside_its_layer_is_told_with_its_place(tmp_path, monkeypatch):
    room = tmp_path / "rooms" / "astray"
    room.mkdir(parents=True)
    (room / "__init__.py").touch()
    (room / "lens.py").write_text(
        "from attnkit.claims import claim\n"
        "@claim('lost-claim', source='here', computes=print)\n"
        "def lost_claim():\n    'Nothing.'\n"
    )
    monkeypatch.setattr(attnkit, "__path__", [*attnkit.__path__, str(room.parent)])
    assert lost({"astray"}) == ["'lost-claim' in attnkit.astray.lens is not among the claims"]


@pytest.mark.parametrize("layer", LAYERS)
def test_what_was_found_once_is_found_still(layer):
    assert set(BEFORE[layer]) - set(LAYERS[layer][1]()) == set()


@pytest.mark.parametrize("name", BEFORE["sets"])
def test_exercises_in_print_keep_their_numbers(name):
    now = [task.name for task in problem_sets()[name].tasks]
    assert now[: len(BEFORE["sets"][name])] == BEFORE["sets"][name]
