"""Where attention looks: densities over a finite set, the line and R^n."""

from attnkit.densities.alpha_family.beta_gaussian import BetaGaussian
from attnkit.densities.alpha_family.quadrature import (
    adaptive_expectation,
    conditional_expectation,
    expectation,
)
from attnkit.densities.finite import (
    attention,
    entmax,
    entmax_loss,
    fenchel_young_loss,
    softmax,
    sparsemax,
)
from attnkit.densities.kernel.density import KernelDensity
from attnkit.densities.kernel.normalisations import (
    divided,
    divided_after_maximum,
    escort,
    threshold,
    threshold_normalised,
)
from attnkit.densities.layers import (
    Contexts,
    ContinuousAttention,
    Elliptical,
    KernelScore,
    Mixture,
    Readout,
    Unimodal,
    UnresolvedDensity,
)
from attnkit.densities.shared.estimate import Estimate
from attnkit.densities.values import RadialBasis, RidgeValueFunction
from attnkit.densities.values.tabulated import PixelValues, TabulatedValues

__all__ = [
    "BetaGaussian",
    "Contexts",
    "ContinuousAttention",
    "Elliptical",
    "Estimate",
    "KernelDensity",
    "KernelScore",
    "Mixture",
    "PixelValues",
    "RadialBasis",
    "Readout",
    "RidgeValueFunction",
    "TabulatedValues",
    "Unimodal",
    "UnresolvedDensity",
    "adaptive_expectation",
    "attention",
    "conditional_expectation",
    "divided",
    "divided_after_maximum",
    "entmax",
    "entmax_loss",
    "escort",
    "expectation",
    "fenchel_young_loss",
    "softmax",
    "sparsemax",
    "threshold",
    "threshold_normalised",
]
