"""Pieces of a context encoded apart and then joined: what it does to the entropy of a row."""

from attnkit.concentration.parallel_contexts.join import joined_entropy, joined_weights
from attnkit.concentration.parallel_contexts.sinks import SinkLaw, sink_law, turning_mass

__all__ = ["SinkLaw", "joined_entropy", "joined_weights", "sink_law", "turning_mass"]
