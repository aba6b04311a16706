"""Graph-aware attention: sums over neighbours in place of means, so that they can be counted."""

from attnkit.structure.graph_aware.aggregate import isomorphic_aggregate

__all__ = ["isomorphic_aggregate"]
