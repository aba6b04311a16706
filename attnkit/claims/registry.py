"""Declare a claim in a room's `claims` layer; find all that are declared."""

import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from attnkit.arguments import checked
from attnkit.discovery import Declared

__all__ = ["Claim", "claim", "claims"]


@checked
@dataclass(frozen=True)
class Claim:
    """A statement of the book: where it comes from, what computes it, how it is measured."""

    name: str
    source: str
    computes: Callable
    function: Callable[[], dict[str, Any]]

    def __call__(self) -> dict[str, int | float]:
        """Return the measured numbers by what they are.

        Raises
        ------
        TypeError
            If the function doesn't return a dict of numbers.
        ValueError
            If a number is not finite, or there is none.
        """
        numbers = self.function()
        if not isinstance(numbers, dict) or not numbers:
            raise ValueError(f"claim {self.name!r} must return a non-empty dict, got {numbers!r}")
        for what, number in numbers.items():
            if not isinstance(number, (int, float)):
                kind = type(number).__name__
                raise TypeError(f"claim {self.name!r}: {what!r} must be a number, got {kind}")
            if not math.isfinite(number):
                raise ValueError(f"claim {self.name!r}: {what!r} must be finite, got {number}")
        return numbers

    @property
    def measures(self) -> str:
        """What the numbers are, in one line."""
        return (self.function.__doc__ or "").strip().partition("\n")[0].rstrip(".")

    @property
    def computed_by(self) -> list[str]:
        """Dotted names under which `computes` can be imported, the shortest first."""
        name, parts = self.computes.__qualname__, self.computes.__module__.split(".")
        modules = [".".join(parts[:depth]) for depth in range(1, len(parts))]
        short = [m for m in modules if getattr(sys.modules[m], name, None) is self.computes]
        return [f"{module}.{name}" for module in (*short, self.computes.__module__)]


@checked
def claim(name: str, *, source: str, computes: Callable) -> Callable[[Callable], Claim]:
    """Turn a function that returns measured numbers into the claim with this label.

    Parameters
    ----------
    name : str
        The label by which the chapter and the test call it.
    source : str
        The paper and where in it, or "derived here".
    computes : callable
        The function of the library that the claim is about.

    Raises
    ------
    TypeError
        If an argument is of another type.
    ValueError
        If the label is not lower-case words joined by hyphens, or the function has no docstring.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"name must be lower-case words joined by '-', got {name!r}")

    def register(function: Callable) -> Claim:
        if not (function.__doc__ or "").strip():
            raise ValueError(f"claim {name!r} must say in its docstring what is measured")
        return Claim(name, source, computes, function)

    return register


def claims() -> Declared:
    """Return every claim that a room declares, by label; a lookup imports that claim only."""
    return Declared("claims", Claim)
