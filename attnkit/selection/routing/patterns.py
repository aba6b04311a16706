"""Routing as the room's gallery draws it."""

from attnkit.selection.routing.chosen import by_clusters
from attnkit.selection.shared.pattern import Pattern

__all__ = ["ROUTING"]

ROUTING = Pattern("routing", by_clusters)
