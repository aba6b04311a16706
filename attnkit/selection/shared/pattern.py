"""A way to choose keys under a name, so that one gallery and one harness show all of the room."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import Tensor

from attnkit.discovery import Declared

__all__ = ["Choose", "Pattern", "patterns"]

Choose = Callable[[Tensor, Tensor, int], Tensor]
"""`choose(queries, keys, n_keys)`: see `Pattern`."""


@dataclass(frozen=True)
class Pattern:
    """A choice of keys that the room's gallery draws; declared in a folder's `patterns.py`.

    Parameters
    ----------
    name : str
        A word or two of eleven letters at most, so that they have room over the drawing.
    choose : callable
        `choose(queries, keys, n_keys)` gets (..., token, feature), scaled such that inner products
        are the scores, and about how many keys a row may have; it returns what it keeps, boolean
        (..., query, key). Chance comes from a generator of its own, with a fixed seed.
    """

    name: str
    choose: Choose


def patterns() -> Mapping[str, Pattern]:
    """Every pattern that a `patterns.py` of the room declares, by name."""
    return Declared("patterns", Pattern, "selection")
