"""What the theory speaks of, each with the range in which its formulas are numbers."""

from typing import Annotated

from attnkit.arguments import Range

__all__ = ["Age", "Depth", "HeadCount", "Pairs", "StoredPairs", "Tolerance", "WholeHeads", "Width"]

MOST = 10**12

Pairs = Annotated[float, Range(1, MOST)]
"""Stored pairs; capacities lie between whole numbers."""

StoredPairs = Annotated[int, Range(1, 16384)]
"""Stored pairs that are gone through one by one."""

Width = Annotated[int, Range(1, MOST)]
Tolerance = Annotated[float, Range(0.0, 1e6)]
Age = Annotated[float, Range(0, MOST)]
Depth = Annotated[float, Range(0, 10**6)]
HeadCount = Annotated[float, Range(1, 10**6)]
WholeHeads = Annotated[int, Range(1, 10**6)]
