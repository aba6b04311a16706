"""Kolmogorov-Arnold attention: a learned function for each pair of places, in place of softmax."""

from attnkit.densities.karat.karat import karat_weights
from attnkit.densities.karat.layer import KArAt

__all__ = ["KArAt", "karat_weights"]
