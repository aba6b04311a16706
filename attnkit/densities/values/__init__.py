"""Value functions: what attention reads, fitted to irregular samples or interpolated."""

from attnkit.densities.values.basis import RadialBasis
from attnkit.densities.values.ridge import FitDiagnostics, RidgeValueFunction

__all__ = ["FitDiagnostics", "RadialBasis", "RidgeValueFunction"]
