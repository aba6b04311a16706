"""Find what the rooms declare, so that the core never imports a room by name.

A layer ("claims", "experiments", "figures", "tasks") is a file of its name anywhere in a room, such
as `attnkit/<room>/**/claims.py`, or any file in a folder of its name, `<room>/**/figures/*.py`.
One thing is looked up in the files that spell its name; only a walk over all imports all.
"""

import importlib
import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import attnkit

__all__ = ["Declared", "layer_files", "room_modules", "sources"]


def room_modules(name: str, room: str | None = None) -> list[ModuleType]:
    """Import every `attnkit/<room>/<name>.py`, in the order of the rooms' names; of one or all."""
    rooms = {
        path.parent.name for root in attnkit.__path__ for path in Path(root).glob(f"*/{name}.py")
    }
    wanted = sorted(rooms) if room is None else rooms & {room}
    return [importlib.import_module(f"attnkit.{each}.{name}") for each in wanted]


def sources() -> dict[str, Path]:
    """Every module of the package and its file, by dotted name.

    The list is kept until a folder changes, so that a file dropped in is found at once.
    """
    found: dict[str, Path] = {}
    for root in map(str, attnkit.__path__):
        kept = _LISTED.get(root)
        if kept is None or any(_changed(folder) != at for folder, at in kept[0].items()):
            kept = _LISTED[root] = _listed(root)
        found.update(kept[1])
    return found


_LISTED: dict[str, tuple[dict[str, int], dict[str, Path]]] = {}


def _listed(root: str) -> tuple[dict[str, int], dict[str, Path]]:
    """When each folder below a root changed last, and the modules in them."""
    changed, found = {}, {}
    for folder, below, names in os.walk(root):
        below[:] = [name for name in below if name != "__pycache__"]
        changed[folder] = _changed(folder)
        for path in (Path(folder, name) for name in names if name.endswith(".py")):
            parts = ("attnkit", *path.relative_to(root).with_suffix("").parts)
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return changed, found


def _changed(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns
    except FileNotFoundError:
        return -1


def layer_files(layer: str, room: str = "*") -> dict[str, Path]:
    """Return the source files of a layer by the dotted names of their modules, in that order."""
    found = {}
    for module, path in sources().items():
        if layer in module:  # most modules are none of any layer: a split of each takes longer
            _, within, *parts = (*module.split("."), "")
            if layer in parts and room in ("*", within):
                found[module] = path
    return dict(sorted(found.items()))


class Declared(Mapping):
    """The objects of one type that a layer declares, by their `name`; of one room or of all.

    A lookup imports the files that spell the name; walking and counting import the whole layer.

    Raises
    ------
    ValueError
        On walking or counting, if two different objects bear one name.
    """

    def __init__(self, layer: str, kind: type, room: str = "*") -> None:
        self._layer, self._kind, self._room = layer, kind, room
        self._found: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if "_all" not in vars(self) and name not in self._found:
            for _, thing in self._spelt(name):
                self._found[name] = thing
        return self._found[name] if name in self._found else self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __repr__(self) -> str:
        return repr(self._all)

    def module_of(self, name: str) -> str | None:
        """Return the module whose source declares this name, or None."""
        return next((module for module, _ in self._spelt(name)), None)

    def modules(self) -> dict[str, list[Any]]:
        """Import the whole layer and return what each of its modules holds."""
        return {module: self._in(module) for module in layer_files(self._layer, self._room)}

    def _spelt(self, name: str) -> list[tuple[str, Any]]:
        """The thing of this name and its module, if the source of the module spells the name.

        The file called like it comes before all others.
        """
        files = layer_files(self._layer, self._room)
        wanted = str(name).replace("-", "_")
        for module, path in sorted(files.items(), key=lambda file: file[1].stem != wanted):
            if path.stem == wanted or f'"{name}"' in path.read_text(encoding="utf-8"):
                for thing in self._in(module):
                    if thing.name == name:
                        return [(module, thing)]
        return []

    def _in(self, module: str) -> list[Any]:
        things = vars(importlib.import_module(module)).values()
        return [thing for thing in things if isinstance(thing, self._kind)]

    @cached_property
    def _all(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for module, things in self.modules().items():
            for thing in things:
                if found.setdefault(thing.name, thing) is not thing:
                    kind = self._kind.__name__
                    raise ValueError(f"two {kind}s are named {thing.name!r}, one in {module}")
        return found
