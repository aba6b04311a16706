"""Positional attention: the weights are made of places alone, and look at no content."""

from attnkit.structure.positional.layer import PositionalAttention
from attnkit.structure.positional.positional import (
    positional_attention,
    positional_weights,
    sinusoidal_places,
)

__all__ = [
    "PositionalAttention",
    "positional_attention",
    "positional_weights",
    "sinusoidal_places",
]
