"""attnkit: attention as an expectation under a density."""

from attnkit import diagnostics
from attnkit.densities import attention, entmax, softmax, sparsemax

__all__ = ["attention", "diagnostics", "entmax", "softmax", "sparsemax"]
__version__ = "0.1.0"
