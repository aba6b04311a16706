"""Selective self-attention: each query has a temperature, from its place and from what it is."""

from attnkit.length.selective.norms import (
    norm_with_free_temperatures,
    norm_with_read_temperatures,
    plain_norm,
)
from attnkit.length.selective.selective import selective_attention, selective_weights
from attnkit.length.selective.temperature import SelectiveTemperature, position_temperature

__all__ = [
    "SelectiveTemperature",
    "norm_with_free_temperatures",
    "norm_with_read_temperatures",
    "plain_norm",
    "position_temperature",
    "selective_attention",
    "selective_weights",
]
