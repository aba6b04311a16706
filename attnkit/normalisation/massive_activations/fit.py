"""Find the five parameters from a series of checkpoints."""

import math
from typing import Annotated, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.normalisation.massive_activations.law import EmergenceLaw

__all__ = ["Fitted", "fit_emergence"]


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
    problems whose variables separate". The law is that of Gallego-Feliciano et al. 2025.
    """
    if len(steps.unique()) < 6:
        raise ValueError(f"steps must hold six different numbers, got {len(steps.unique())}")
    steps, values = steps.detach().double(), values.detach().double()
    start = _best_of_grid(steps, values)
    logs = _downhill(start, steps, values)
    residual, amplitude, plateau = _line(logs, steps, values)
    decay, rate, offset = logs.exp().tolist()
    law = EmergenceLaw(amplitude.item(), decay, rate, offset, plateau.item())
    variance = (values - values.mean()).square().sum()
    return Fitted(law, (1 - residual / variance).item() if variance > 0 else math.nan)


def _line(logs: Tensor, steps: Tensor, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Squared residual, amplitude and plateau (...) of the best line for parameters (..., 3)."""
    decay, rate, offset = logs.exp().unsqueeze(-1).unbind(-2)
    x = rate * steps + offset
    shape = (-decay * x).exp() * x.log()
    centred, wanted = shape - shape.mean(-1, keepdim=True), values - values.mean()
    size = centred.square().sum(-1)
    amplitude = (centred * wanted).sum(-1) / size.clamp_min(torch.finfo(size.dtype).tiny)
    residual = (wanted - amplitude.unsqueeze(-1) * centred).square().sum(-1)
    return residual, amplitude, values.mean() - amplitude * shape.mean(-1)


def _best_of_grid(steps: Tensor, values: Tensor) -> Tensor:
    """Logarithms of decay, rate and offset (3,)."""
    decay = torch.linspace(math.log(1e-3), math.log(3.0), 25, dtype=torch.float64)
    reach = torch.linspace(math.log(0.3), math.log(3e3), 25, dtype=torch.float64)
    offset = torch.linspace(math.log(0.03), math.log(10.0), 9, dtype=torch.float64)
    grid = torch.cartesian_prod(decay, reach - steps.max().log(), offset)
    return grid[_line(grid, steps, values)[0].argmin()]


def _downhill(start: Tensor, steps: Tensor, values: Tensor) -> Tensor:
    logs = start.clone().requires_grad_()
    scale = (values - values.mean()).square().sum().clamp_min(torch.finfo(values.dtype).tiny)
    optimiser = torch.optim.LBFGS(
        [logs], max_iter=200, tolerance_grad=1e-12, tolerance_change=1e-14,
        line_search_fn="strong_wolfe",
    )  # fmt: skip

    def residual() -> Tensor:
        optimiser.zero_grad()
        loss = _line(logs, steps, values)[0] / scale
        loss.backward()
        return loss

    optimiser.step(residual)
    return logs.detach()
