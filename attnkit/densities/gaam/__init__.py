"""Gaussian adaptive attention: a row weighed by a product of Gaussians about its own mean."""

from attnkit.densities.gaam.gaam import gaam_weights, one_gaussian
from attnkit.densities.gaam.layer import GAAM

__all__ = ["GAAM", "gaam_weights", "one_gaussian"]
