"""What is claimed of which kernel densities exist, measured."""

import math

import torch
from torch import Tensor
from torch.distributions import Laplace, Normal

from attnkit.claims import claim
from attnkit.densities.kernel.existence import (
    Existence,
    ExponentialTail,
    KernelGrowth,
    existence,
    truncated_log_mass,
)


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
