"""Every moving figure of the library, found by the shape of the house."""

from functools import cache
from importlib import import_module
from pathlib import Path

from attnkit.explore.explorable import Explorable

__all__ = ["gallery"]


@cache
def gallery() -> dict[str, Explorable]:
    """Every Explorable declared in an `attnkit/*/explorables.py`, by name.

    Returns
    -------
    dict
        Name to Explorable, in the order of the rooms and of their declarations.

    Raises
    ------
    ValueError
        If two figures share a name.
    """
    found: dict[str, Explorable] = {}
    for path in sorted(Path(__file__).parent.parent.glob("*/explorables.py")):
        module = import_module(f"attnkit.{path.parent.name}.explorables")
        for value in vars(module).values():
            if not isinstance(value, Explorable):
                continue
            if found.setdefault(value.name, value) is not value:
                raise ValueError(f"two explorables are called {value.name!r}")
    return found
