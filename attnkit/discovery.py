"""Find what the rooms declare, so that the core never imports a room by name."""

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import attnkit

__all__ = ["declared", "room_modules"]


def room_modules(name: str) -> list[ModuleType]:
    """Import every `attnkit/<room>/<name>.py`, in the order of the rooms' names."""
    rooms = {
        path.parent.name for root in attnkit.__path__ for path in Path(root).glob(f"*/{name}.py")
    }
    return [importlib.import_module(f"attnkit.{room}.{name}") for room in sorted(rooms)]


def declared(module_name: str, kind: type) -> dict[str, Any]:
    """Return the module-level objects of type `kind` found in the rooms, by their `name`.

    Raises
    ------
    ValueError
        If two different objects bear one name.
    """
    found: dict[str, Any] = {}
    for module in room_modules(module_name):
        for thing in vars(module).values():
            if not isinstance(thing, kind):
                continue
            if found.setdefault(thing.name, thing) is not thing:
                raise ValueError(
                    f"two {kind.__name__}s are named {thing.name!r}, one in {module.__name__}"
                )
    return found
