"""What is claimed of integrals and slopes of kernel densities, measured."""

import functools

import torch
from torch import Tensor

from attnkit.claims import claim
from attnkit.densities.kernel.density import KernelDensity
from attnkit.densities.kernel.kernels import gaussian
from attnkit.densities.kernel.mass_errors import TRAPEZOID, mass_errors, order_of

SPARSE = (1.25, 1.5, 1.75, 2.0)


@claim("escort-slope", source="Martins et al. 2020, for every score", computes=KernelDensity)
def escort_slope() -> dict[str, float]:
    """Error of |e| Cov under the escort against central differences, relative, four bumps."""
    coefficients = torch.tensor([3.0, -1.0, 2.0, 2.5], dtype=torch.float64)
    centers = torch.tensor([0.1, 0.4, 0.6, 0.9], dtype=torch.float64)
    kernel = functools.partial(gaussian, width=0.08)
    first = functools.partial(kernel, t=centers[2])
    return {
        f"alpha = {alpha}": _slope_error(coefficients, centers, kernel, first, alpha)
        for alpha in (1.0, *SPARSE)
    }


def _slope_error(coefficients, centers, kernel, first, alpha) -> float:
    def mean(step: float) -> float:
        moved = coefficients + step * torch.eye(4, dtype=torch.float64)[2]
        return KernelDensity(moved, centers, kernel, alpha=alpha).expectation(_wave).value.item()

    density = KernelDensity(coefficients, centers, kernel, alpha=alpha)
    slope = density.escort_covariance(first, _wave).item()
    return abs((mean(1e-4) - mean(-1e-4)) / 2e-4 / slope - 1)


def _wave(points: Tensor) -> Tensor:
    return torch.sin(5 * points)


@claim(
    "order-of-a-kink",
    source="Against a rate in the submission version of Moreno et al. 2022; derived here",
    computes=mass_errors,
)
def order_of_a_kink() -> dict[str, float]:
    """Order of the trapezoid's error on the whole line where kernel densities are cut."""
    found = {
        f"alpha = {alpha}": order_of(TRAPEZOID, mass_errors("whole line", alpha, 5.0)["trapezoid"])
        for alpha in (2.0, 1.5, 1.25)
    }
    uncut, dense = mass_errors("whole line", 2.0, 0.2), mass_errors("whole line", 1.0, 0.2)
    by_nodes = dict(zip(TRAPEZOID, range(len(TRAPEZOID)), strict=True))
    return found | {
        "error with 129 nodes, alpha = 2, nothing cut": float(uncut["trapezoid"][by_nodes[129]]),
        "error with 129 nodes, alpha = 1": float(dense["trapezoid"][by_nodes[129]]),
    }


@claim("panels-at-the-kinks", source="Derived here", computes=mass_errors)
def panels_at_the_kinks() -> dict[str, float]:
    """Errors of the mass on [0, 1] at alpha = 2, amplitude 5, by rule and number of nodes."""
    found = mass_errors("interval", 2.0, 5.0)
    panel = int((found["panel_nodes"] < 64).nonzero()[0][-1])
    return {
        "nodes of the panels": float(found["panel_nodes"][panel]),
        "panels": float(found["panels"][panel]),
        "trapezoid, 2,049 nodes": float(found["trapezoid"][-1]),
        "Gauss on one panel, 192 nodes": float(found["gauss"][-1]),
    }
