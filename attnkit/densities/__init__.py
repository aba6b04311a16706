"""Where attention looks: densities over a finite set, the line and R^n."""

from attnkit.densities.beta_gaussian import BetaGaussian
from attnkit.densities.finite import attention, entmax, softmax, sparsemax

__all__ = ["BetaGaussian", "attention", "entmax", "softmax", "sparsemax"]
