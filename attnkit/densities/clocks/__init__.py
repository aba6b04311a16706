"""Clocks: time as every series tells it, and densities that are carried from one to another."""

from attnkit.densities.clocks.clock import (
    Clock,
    exponential_clock,
    hesitating_clock,
    n_peaks,
    to_local,
    warped,
)

__all__ = [
    "Clock",
    "exponential_clock",
    "hesitating_clock",
    "n_peaks",
    "to_local",
    "warped",
]
