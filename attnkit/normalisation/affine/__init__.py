"""Affine-scaled attention: weights are stretched away from their mean, and the mean is moved."""

from attnkit.normalisation.affine.affine import affine_weights
from attnkit.normalisation.affine.scale import AffineScale

__all__ = ["AffineScale", "affine_weights"]
