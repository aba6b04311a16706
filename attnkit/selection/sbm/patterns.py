"""A drawn graph as the room's gallery draws it."""

from attnkit.selection.sbm.chosen import by_graph
from attnkit.selection.shared.pattern import Pattern

__all__ = ["GRAPH"]

GRAPH = Pattern("drawn graph", by_graph)
