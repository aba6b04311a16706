"""Every moving figure of the library, found by the shape of the house."""

from functools import cache

from attnkit.discovery import declared
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
    return declared("explorables", Explorable)
