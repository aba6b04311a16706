"""Clocks: how local time runs against global time, and what that does to a density."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.validate import require_finite, require_number

__all__ = ["Clock", "exponential_clock", "hesitating_clock", "n_peaks", "to_local", "warped"]

_HALVINGS = 60


class Clock(NamedTuple):
    """g from local to global time, increasing from (0, 0) to (1, 1), and its slope g'."""

    to_global: Callable[[Tensor], Tensor]
    slope: Callable[[Tensor], Tensor]


def exponential_clock(rate: float) -> Clock:
    """g(t) = (1 - e^(-rate t)) / (1 - e^(-rate)): fast at first.

    The clocks of the simulation in Moreno et al. 2022.

    Raises
    ------
    ValueError
        For rate <= 0.
    """
    require_number("rate", rate, low=0.0, high=math.inf, exclusive=True)
    whole = -math.expm1(-rate)
    return Clock(
        lambda t: -torch.expm1(-rate * t) / whole, lambda t: rate * torch.exp(-rate * t) / whole
    )


def hesitating_clock(n_pauses: int, depth: float) -> Clock:
    """g'(t) = 1 + depth cos(2 pi n_pauses t): nearly stops n_pauses times as depth nears one.

    Raises
    ------
    ValueError
        For less than one pause or a depth outside [0, 1).
    """
    require_number("n_pauses", n_pauses, low=1)
    require_number("depth", depth, low=0.0, high=1 - 1e-9)
    turn = 2 * math.pi * n_pauses
    return Clock(
        lambda t: t + depth * torch.sin(turn * t) / turn,
        lambda t: 1 + depth * torch.cos(turn * t),
    )


def to_local(clock: Clock, times: Float[Tensor, "*time"]) -> Float[Tensor, "*time"]:
    """h = g^-1 at global times in [0, 1], by halving an interval.

    Raises
    ------
    ValueError
        For NaN.
    """
    require_finite("times", times)
    low, high = torch.zeros_like(times), torch.ones_like(times)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        early = clock.to_global(middle) < times
        low, high = torch.where(early, middle, low), torch.where(early, high, middle)
    return (low + high) / 2


def warped(
    density: Callable[[Tensor], Tensor],
    clock: Clock,
    base: Callable[[Tensor], Tensor] = torch.ones_like,
) -> Callable[[Tensor], Tensor]:
    """t -> p(g(t)) q(g(t)) / q(t) g'(t), the density in local time that reads what p reads.

    p and the result are densities with respect to the base density q on [0, 1], by default
    uniform. For U distributed as p and T as the result, E[X(h(U))] = E[X(T)] for every X.
    Moreno et al. 2021, lemma 4.2.
    """

    def local(times: Tensor) -> Tensor:
        place = clock.to_global(times)
        return density(place) * base(place) / base(times) * clock.slope(times)

    return local


def n_peaks(heights: Float[Tensor, " time"]) -> int:
    """Local maxima of a curve on a grid, its ends included; a flat top counts once."""
    steps = torch.cat([heights.new_ones(1), heights.diff(), -heights.new_ones(1)]).sign()
    steps = steps[steps != 0]
    return int(((steps[:-1] > 0) & (steps[1:] < 0)).sum())
