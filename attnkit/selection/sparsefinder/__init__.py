"""Sparsefinder: a few learned coordinates in which the keys of a sparse row are near."""

from attnkit.selection.sparsefinder.chosen import bucket_keys, near_keys, sparsefinder_attention
from attnkit.selection.sparsefinder.projection import Sparsefinder, hinge_loss

__all__ = [
    "Sparsefinder",
    "bucket_keys",
    "hinge_loss",
    "near_keys",
    "sparsefinder_attention",
]
