"""Routing: queries and keys that are nearest to one centroid look at each other."""

from attnkit.selection.routing.centroids import spherical_kmeans, update_centroids
from attnkit.selection.routing.gathered import routing_attention
from attnkit.selection.routing.routing import routed_keys, routing_weights

__all__ = [
    "routed_keys",
    "routing_attention",
    "routing_weights",
    "spherical_kmeans",
    "update_centroids",
]
