"""What the chapter on several regions at once claims, measured."""

import functools
import math

import torch
from torch import Tensor
from torch.distributions import Laplace, Normal

from attnkit.claims import claim
from attnkit.densities.kernel.deformed import log_deformed_exp
from attnkit.densities.kernel.density import KernelDensity
from attnkit.densities.kernel.existence import (
    Existence,
    ExponentialTail,
    KernelGrowth,
    existence,
    truncated_log_mass,
)
from attnkit.densities.kernel.kernels import gaussian
from attnkit.densities.kernel.mass_errors import TRAPEZOID, mass_errors, order_of
from attnkit.densities.kernel.normalisations import (
    divided,
    divided_after_maximum,
    threshold_normalised,
)
from attnkit.densities.kernel.objective import objective

SPARSE = (1.25, 1.5, 1.75, 2.0)
CENTERS = torch.linspace(0, 1, 20, dtype=torch.float64)
N_NODES, N_SCORES = 1000, 200


@functools.cache
def _shapes() -> tuple[Tensor, Tensor]:
    """200 random smooth scores on even nodes, together of variance 1; the masses."""
    nodes = (torch.arange(N_NODES, dtype=torch.float64) + 0.5) / N_NODES
    generator = torch.Generator().manual_seed(5)
    coefficients = torch.randn(N_SCORES, 20, generator=generator, dtype=torch.float64)
    scores = coefficients @ gaussian(nodes, CENTERS.unsqueeze(-1), width=0.05)
    return scores / scores.std(), torch.full_like(nodes, 1 / N_NODES)


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
    "dividing-is-a-temperature",
    source="Lemma 5.3 in the submission version of Moreno et al. 2022, read as a temperature",
    computes=divided,
)
def dividing_is_a_temperature() -> dict[str, float]:
    """Largest gap between `divided` and the threshold form of the score times Z^(1 - alpha)."""
    shapes, masses = _shapes()
    gaps = {}
    for alpha in SPARSE:
        score = 2 * shapes
        total = (masses * log_deformed_exp(score, alpha).exp()).sum(-1, keepdim=True)
        rescaled = threshold_normalised(score * total ** (1 - alpha), masses, alpha)
        gaps[f"alpha = {alpha}"] = (divided(score, masses, alpha) - rescaled).abs().max().item()
    return gaps


@claim("threshold-earns-most", source="Derived here", computes=threshold_normalised)
def threshold_earns_most() -> dict[str, float]:
    """At alpha = 2 over 200 scores: what two divisions earn less, and how often one fails."""
    found = {}
    for amplitude in (1.0, 3.0, 10.0):
        plain, after = _losses(amplitude)
        found |= {
            f"smallest loss, amplitude {amplitude:g}": torch.cat([plain, after]).min().item(),
            f"median loss of dividing, {amplitude:g}": plain.median().item(),
            f"median loss after the maximum, {amplitude:g}": after.median().item(),
            f"no density, score lowered by {amplitude:g}": _share_without(amplitude),
        }
    return found


def _losses(amplitude: float) -> tuple[Tensor, Tensor]:
    """How much less the two divisions earn, for the scores of which they make a density."""
    shapes, masses = _shapes()
    score = amplitude * shapes
    densities = [make(score, masses, 2.0)
                 for make in (threshold_normalised, divided, divided_after_maximum)]  # fmt: skip
    best, plain, after = (objective(density, score, masses, 2.0) for density in densities)
    return (best - plain)[densities[1].any(-1)], best - after


def _share_without(amplitude: float) -> float:
    shapes, masses = _shapes()
    lowered = divided(amplitude * (shapes - 1), masses, 2.0)
    return (~lowered.any(-1)).double().mean().item()


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


@claim(
    "boundary-of-existence",
    source="Against corollary 5.2 in the submission version of Moreno et al. 2022",
    computes=existence,
)
def boundary_of_existence() -> dict[str, float]:
    """Logs of truncated integrals at the boundary tail = power / 2, for norms on both sides."""
    zero, one = torch.tensor([0.0, 1.0], dtype=torch.float64)
    normal, exponential = Normal(zero, one), Laplace(zero, one)
    depends = existence(KernelGrowth(4.0), ExponentialTail(2.0, 0.5)) is Existence.DEPENDS_ON_NORM
    return {
        "0.6 t^2, normal, T = 5": truncated_log_mass(_square(0.6), normal, 5.0).item(),
        "0.6 t^2, normal, T = 15": truncated_log_mass(_square(0.6), normal, 15.0).item(),
        "0.4 t^2, normal, T = 15": truncated_log_mass(_square(0.4), normal, 15.0).item(),
        "0.4 t^2, normal, T = 100": truncated_log_mass(_square(0.4), normal, 100.0).item(),
        "0.4 t^2, normal, exact": -math.log(1 - 2 * 0.4) / 2,
        "t, Laplace, T = 10": truncated_log_mass(_line, exponential, 10.0).item(),
        "t, Laplace, T = 1000": truncated_log_mass(_line, exponential, 1000.0).item(),
        "the checker says that it depends": float(depends),
    }


def _square(norm: float):
    return lambda points: norm * points.square()


def _line(points: Tensor) -> Tensor:
    return points
