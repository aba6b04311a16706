r"""Trajectories seen through individual clocks, and the attention that undoes them.

A common process runs through four quarters of global time,

    X*(u) = z_0 cos 9 pi u | z_1 u^2 | z_2 sin u | z_3 cos 17 pi u,   z uniform on (-4, 4),

and is seen on a clock of its own, X(t) = X*(g(t)) with g(t) = (1 - e^(-rate t)) / (1 - e^(-rate)).
The label says which half of global time has the larger mean. In local time that mean is an
expectation under p(g(t)) g'(t) (Moreno et al. 2022, lemma 4.2), a density that differs from
trajectory to trajectory.
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from attnkit.densities.alpha_family.gauss_rules import legendre_rule

__all__ = ["Warped", "clock", "global_process", "simulate", "unwarped_means"]

_AMPLITUDE = 4.0
_FREQUENCIES = (9 * math.pi, 17 * math.pi)


class Warped(NamedTuple):
    """Trajectories seen at `times` (time,), their clocks' rates, and which half is larger."""

    times: Float[Tensor, " time"]
    series: Float[Tensor, "series time"]
    rates: Float[Tensor, "series 1"]
    labels: Int64[Tensor, " series"]


def global_process(
    amplitudes: Float[Tensor, "series 4"], times: Float[Tensor, "*series time"]
) -> Float[Tensor, "series time"]:
    """X* at global times in [0, 1], shared (time,) or of each trajectory's own."""
    slow, fast = _FREQUENCIES
    parts = [(slow * times).cos(), times.square(), times.sin(), (fast * times).cos()]
    quarter = (times * 4).long().clamp(0, 3)
    shapes = torch.stack(parts, -1).gather(-1, quarter.unsqueeze(-1)).squeeze(-1)
    return shapes * amplitudes.gather(-1, quarter.expand(len(amplitudes), -1))


def clock(
    times: Float[Tensor, "*time"], rates: Float[Tensor, "series 1"]
) -> Float[Tensor, "series time"]:
    """g(t), from local to global time: fast at first, slow later."""
    return torch.expm1(-rates * times) / torch.expm1(-rates)


def _half_means(amplitudes: Float[Tensor, "series 4"]) -> Float[Tensor, "series 2"]:
    """Mean of X* over each half of global time, by eight Gauss nodes in each of 32 panels."""
    nodes, weights = legendre_rule(8)
    times = ((torch.arange(32).unsqueeze(-1) + (1 + nodes) / 2) / 32).flatten()
    values = global_process(amplitudes, times)
    return (values * weights.repeat(32) / 32).unflatten(-1, (2, -1)).sum(-1)


def simulate(n_series: int, n_times: int, *, fastest: float, generator: torch.Generator) -> Warped:
    """Draw amplitudes and rates (uniform up to `fastest`), and look at equal steps of local time.

    In float64, without noise. Labels 0 (first half larger) or 1. Moreno et al. 2022: 10,000 series
    of 95 times and rates up to 25 in the text, 20 in the released code.
    """
    draw = {"generator": generator, "dtype": torch.float64}
    amplitudes = (2 * torch.rand(n_series, 4, **draw) - 1) * _AMPLITUDE
    rates = fastest * torch.rand(n_series, 1, **draw).clamp(min=1e-6)
    times = torch.linspace(0, 1, n_times, dtype=torch.float64)
    series = global_process(amplitudes, clock(times, rates))
    return Warped(times, series, rates, _half_means(amplitudes).argmax(-1))


def unwarped_means(values, warped: Warped, *, n_panels: int = 32) -> Float[Tensor, "series 2"]:
    """What perfect attention reads: E[V(t)] under p(g(t)) g'(t), for both halves of global time.

    `values` maps points (series, node) to (series, node). Nodes are placed in global time u, where
    the density is p(u) and t = h(u), the inverse of the clock.
    """
    nodes, weights = legendre_rule(8)
    times = ((torch.arange(n_panels).unsqueeze(-1) + (1 + nodes) / 2) / n_panels).flatten()
    local = -torch.log1p(times * torch.expm1(-warped.rates)) / warped.rates
    read = values(local) * weights.repeat(n_panels) / n_panels
    return read.unflatten(-1, (2, -1)).sum(-1)
