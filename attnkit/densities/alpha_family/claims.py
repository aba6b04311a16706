"""What is claimed of the alpha family on the line, measured."""

import math

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.densities.alpha_family import line
from attnkit.densities.alpha_family.gauss_rules import gauss_rule


@claim(
    "line-closed-forms",
    source="Martins et al. 2020 for alpha = 2; every alpha derived here",
    computes=line.half_support,
)
def line_closed_forms() -> dict[str, float]:
    """Largest relative error of mass and variance by quadrature from threshold and support."""
    mass_errors, variance_errors = [], []
    for alpha in (1.1, 4 / 3, 1.5, 2.0, 3.0):
        for sigma2 in (0.01, 2.0):
            mass, second = _moments_from_threshold(torch.tensor(sigma2).double(), alpha)
            variance = line.variance(torch.tensor(sigma2).double(), alpha).item()
            mass_errors.append(abs(mass - 1))
            variance_errors.append(abs(second / variance - 1))
    return {"mass": max(mass_errors), "variance": max(variance_errors)}


def _moments_from_threshold(sigma2: Tensor, alpha: float) -> tuple[float, float]:
    """Integrals of [(alpha - 1) (score - threshold)]^(1 / (alpha - 1)) times 1 and t^2."""
    from scipy.integrate import quad  # takes longer to import than all of attnkit

    threshold = line.threshold(sigma2, alpha).item()
    half, power = line.half_support(sigma2, alpha).item(), 1 / (alpha - 1)

    # t = half sin(angle) takes away the edge, where the derivative may be infinite.
    def integrand(angle: float, degree: int) -> float:
        t = half * math.sin(angle)
        lifted = (alpha - 1) * (-t * t / (2 * sigma2.item()) - threshold)
        return max(lifted, 0.0) ** power * t**degree * half * math.cos(angle)

    ends = (-math.pi / 2, math.pi / 2)
    return tuple(quad(integrand, *ends, args=(degree,), epsrel=1e-12)[0] for degree in (0, 2))


@claim("one-gauss-rule", source="Derived here", computes=gauss_rule)
def one_gauss_rule() -> dict[str, float]:
    """Largest error of a 32-node rule on a bump of width 0.1, in float64 and float32."""
    errors = {}
    for dtype in (torch.float64, torch.float32):
        found = [_bump_error(alpha, s2, dtype) for alpha in (1.0, 1.1, 1.5, 2.0, 3.0)
                 for s2 in (1e-6, 1e-4, 1e-2)]  # fmt: skip
        errors[str(dtype).removeprefix("torch.")] = max(found)
    return errors


def _bump_error(alpha: float, sigma2: float, dtype: torch.dtype) -> float:
    def mean(dtype: torch.dtype, n_nodes: int) -> float:
        spread = line.spread_squared(torch.tensor(sigma2, dtype=dtype), alpha).sqrt()
        nodes, weights = (part.to(dtype) for part in gauss_rule(alpha, n_nodes))
        return (weights @ torch.exp(-((spread * nodes - 0.03) / 0.1).square() / 2)).item()

    return abs(mean(dtype, 32) - mean(torch.float64, 100))
