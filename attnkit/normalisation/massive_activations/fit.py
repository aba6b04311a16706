"""Find the five parameters from a series of checkpoints."""

import math
from typing import Annotated, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor
from torch.func import jacrev

from attnkit.arguments import Like, Range, checked
from attnkit.normalisation.massive_activations.law import EmergenceLaw

__all__ = ["Fitted", "fit_emergence"]

MOST_STEPS = 200
REACH = 7.0  # a parameter that the values say nothing of stays within e^7 of the grid's


class Fitted(NamedTuple):
    """A law, and the share of the variance that it explains (one minus the residual's share)."""

    law: EmergenceLaw
    r_squared: float


@checked
def fit_emergence(
    steps: Annotated[Float[Tensor, " time"], Range(0.0, 1e15)],
    values: Annotated[Float[Tensor, " time"], Like("steps"), Range(-1e12, 1e12)],
) -> Fitted:
    r"""Fit the law of five parameters by least squares.

    For given :math:`\lambda, \gamma, t_0` the best amplitude and plateau are a straight line's. So
    three parameters are searched, by their logarithms: on a grid, then downhill from its best.

    Parameters
    ----------
    steps : Tensor
        (time,): zero or more, six at least that differ.
    values : Tensor
        (time,), of the same dtype. Computed in float64.

    Returns
    -------
    Fitted
        The law and its coefficient of determination, NaN where all values are the same.

    Raises
    ------
    TypeError, ValueError
        For what is not floating point or not finite, values beyond 1e12, or fewer than six
        different steps.

    Notes
    -----
    Golub and Pereyra 1973, "The differentiation of pseudo-inverses and nonlinear least squares
    problems whose variables separate", and Marquardt 1963 for the descent. The law is that of
    Gallego-Feliciano et al. 2025.
    """
    if len(steps.unique()) < 6:
        raise ValueError(f"steps must hold six different numbers, got {len(steps.unique())}")
    steps, values = (given.detach().cpu().double() for given in (steps, values))
    logs = _downhill(_best_of_grid(steps, values), steps, values)
    residuals, amplitude, plateau = _line(logs, steps, values)
    decay, rate, offset = logs.exp().tolist()
    law = EmergenceLaw(amplitude.item(), decay, rate, offset, plateau.item())
    variance = (values - values.mean()).square().sum()
    unexplained = residuals.square().sum()
    return Fitted(law, (1 - unexplained / variance).item() if variance > 0 else math.nan)


def _line(logs: Tensor, steps: Tensor, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Residuals (..., time), amplitude and plateau (...) of the best line, parameters (..., 3)."""
    decay, rate, offset = logs.exp().unsqueeze(-1).unbind(-2)
    x = rate * steps + offset
    shape = (-decay * x).exp() * x.log()
    centred, wanted = shape - shape.mean(-1, keepdim=True), values - values.mean()
    size = centred.square().sum(-1)
    amplitude = (centred * wanted).sum(-1) / size.clamp_min(torch.finfo(size.dtype).tiny)
    return (
        wanted - amplitude.unsqueeze(-1) * centred,
        amplitude,
        values.mean() - amplitude * shape.mean(-1),
    )


def _best_of_grid(steps: Tensor, values: Tensor) -> Tensor:
    """Logarithms of decay, rate and offset (3,)."""
    decay = torch.linspace(math.log(1e-3), math.log(3.0), 25, dtype=torch.float64)
    reach = torch.linspace(math.log(0.3), math.log(3e3), 25, dtype=torch.float64)
    offset = torch.linspace(math.log(0.03), math.log(10.0), 9, dtype=torch.float64)
    grid = torch.cartesian_prod(decay, reach - steps.max().log(), offset)
    return grid[_line(grid, steps, values)[0].square().sum(-1).argmin()]


def _downhill(start: Tensor, steps: Tensor, values: Tensor) -> Tensor:
    """Levenberg and Marquardt's steps: each is damped until it leads down, or nothing is gained."""

    def residuals(logs: Tensor) -> Tensor:
        return _line(logs, steps, values)[0]

    logs = start
    least, damping = residuals(logs).square().sum(), 1e-3
    for _ in range(MOST_STEPS):
        slopes = jacrev(residuals)(logs)
        normal = slopes.mT @ slopes
        damped = normal + damping * normal.diagonal().clamp_min(1e-30).diag()
        step = torch.linalg.solve(damped, slopes.mT @ residuals(logs))
        trial = (logs - step).clamp(start - REACH, start + REACH)
        found = residuals(trial).square().sum()
        if found < least:
            logs, least, damping = trial, found, damping / 10
        else:
            damping *= 4
        if damping > 1e12:
            break
    return logs
