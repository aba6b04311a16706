"""How the ridge level is chosen, from the eigenvalues and coordinates of one `RidgeSystem`."""

from collections.abc import Callable
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.precision import widest
from attnkit.random_features.ridge import RidgeSystem

__all__ = ["FixedLevel", "GeneralisedCrossValidation", "NormBound", "Penalty"]

Penalty = Callable[[RidgeSystem], Float[Tensor, " target"]]


class GeneralisedCrossValidation:
    """The level that minimises GCV = n RSS(level) / (n - df(level))^2, per target (Wahba 1990).

    The search grid runs over `n_levels` levels from 1e-6 to 1e4 times the mean eigenvalue. Of
    levels that do equally well up to rounding the highest is taken.

    Parameters
    ----------
    n_levels : int
        From 2 to 10,000.

    Raises
    ------
    TypeError, ValueError
        For another number of levels.
    """

    @checked
    def __init__(self, *, n_levels: Annotated[int, Range(2, 10_000)] = 81) -> None:
        self.n_levels = n_levels

    @checked
    def __call__(self, system: RidgeSystem) -> Float[Tensor, " target"]:
        grid = torch.logspace(-6, 4, self.n_levels, dtype=torch.float64) * system.scale
        device = system.eigenvalues.device
        levels = grid.to(device, widest(device))[:, None]
        left = system.freedom_left(levels).clamp(min=torch.finfo(levels.dtype).tiny)
        score = system.residual(levels) / left.square()
        good = score <= score.min(dim=0).values * (1.0 + 1e-9)
        return torch.where(good, levels, 0.0).max(dim=0).values


class FixedLevel:
    """One given level, the number added to the diagonal of the centred Gram matrix.

    Parameters
    ----------
    level : float
        Positive.

    Raises
    ------
    TypeError, ValueError
        For any other level.
    """

    @checked
    def __init__(self, level: Annotated[float, Range(low=0, open=True)]) -> None:
        self.level = level

    @checked
    def __call__(self, system: RidgeSystem) -> Float[Tensor, " target"]:
        return torch.full_like(system.remainder, self.level)


class NormBound:
    """Least squares within ``|w| <= radius``, w the coefficients of features scaled by 1/sqrt(M).

    For heads with values v_m this norm is ``sqrt(M sum |v_m|^2)``, which also bounds
    ``sum |v_m|`` (Cauchy-Schwarz): the constraint set of the theory. The ridge path reaches every
    radius, so the level is found by bisection; where the bound is slack the smallest level stays.

    Parameters
    ----------
    radius : float
        Positive.

    Raises
    ------
    TypeError, ValueError
        For any other radius.
    """

    @checked
    def __init__(self, radius: Annotated[float, Range(low=0, open=True)]) -> None:
        self.radius = radius

    @checked
    def __call__(self, system: RidgeSystem) -> Float[Tensor, " target"]:
        low = torch.full_like(system.remainder, 1e-12 * system.scale)
        fitted = system.eigenvalues[:, None] * system.coordinates.square()
        high = low + fitted.sum(dim=0).sqrt() / self.radius
        for _ in range(60):
            middle = (low * high).sqrt()
            outside = system.squared_norm(middle[None])[0] > self.radius**2
            low, high = torch.where(outside, middle, low), torch.where(outside, high, middle)
        return high
