"""Attention with parts exchanged, layer by layer: what a task needs, and in which layer."""

from attnkit.structure.deconstructing.model import KINDS, Switchboard
from attnkit.structure.deconstructing.weights import fixed_weights, second_order_weights

__all__ = ["KINDS", "Switchboard", "fixed_weights", "second_order_weights"]
