"""Densities over a finite set of keys, and how their threshold is found."""

from attnkit.densities.finite.losses import entmax_loss, fenchel_young_loss
from attnkit.densities.finite.maps import attention, entmax, softmax, sparsemax

__all__ = ["attention", "entmax", "entmax_loss", "fenchel_young_loss", "softmax", "sparsemax"]
