"""Entropy guidance: heads are charged for an entropy outside a band around a target."""

from attnkit.concentration.entropy_guided.band import band_penalty, released_band_penalty

__all__ = ["band_penalty", "released_band_penalty"]
