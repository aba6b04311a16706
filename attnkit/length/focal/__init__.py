"""Focal attention: a constant temperature, which commutes with every other scale of the room."""

from attnkit.length.focal.focal import entropy_slope, focal_weights

__all__ = ["entropy_slope", "focal_weights"]
