"""Clocks: how local time runs against global time, and what that does to a density."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.densities.shared.arguments import MOST_NODES

__all__ = ["Clock", "exponential_clock", "hesitating_clock", "n_peaks", "to_local", "warped"]

_HALVINGS = 60


class Clock(NamedTuple):
    """g from local to global time, increasing from (0, 0) to (1, 1), and its slope g'."""

    to_global: Callable[[Tensor], Tensor]
    slope: Callable[[Tensor], Tensor]


@checked
def exponential_clock(rate: Annotated[float, Range(0.0, open=True)]) -> Clock:
    """g(t) = (1 - e^(-rate t)) / (1 - e^(-rate)): fast at first.

    The clocks of the simulation in Moreno et al. 2022.

    Raises
    ------
    ValueError
        For rate <= 0.
    """
    whole = -math.expm1(-rate)
    return Clock(
        lambda t: -torch.expm1(-rate * t) / whole, lambda t: rate * torch.exp(-rate * t) / whole
    )


@checked
def hesitating_clock(
    n_pauses: Annotated[int, Range(1, MOST_NODES)],
    depth: Annotated[float, Range(0.0, 1 - 1e-9)],
) -> Clock:
    """g'(t) = 1 + depth cos(2 pi n_pauses t): nearly stops n_pauses times as depth nears one.

    Raises
    ------
    ValueError
        For less than one pause, more than 4096, or a depth outside [0, 1).
    """
    turn = 2 * math.pi * n_pauses
    return Clock(
        lambda t: t + depth * torch.sin(turn * t) / turn,
        lambda t: 1 + depth * torch.cos(turn * t),
    )


@checked
def to_local(
    clock: Clock, times: Annotated[Float[Tensor, "*time"], Range(0.0, 1.0)]
) -> Float[Tensor, "*time"]:
    """h = g^-1 at global times in [0, 1], by bisection. Derived here.

    Parameters
    ----------
    clock : Clock
        Whose inverse is wanted.
    times : Tensor
        Of any shape.

    Raises
    ------
    ValueError
        For a time outside [0, 1], or NaN.
    """
    given, times = times.dtype, times.to(torch.promote_types(times.dtype, torch.float32))
    low, high = torch.zeros_like(times), torch.ones_like(times)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        early = clock.to_global(middle) < times
        low, high = torch.where(early, middle, low), torch.where(early, high, middle)
    return ((low + high) / 2).to(given)


@checked
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


@checked
def n_peaks(heights: Annotated[Float[Tensor, " time"], Finite()]) -> int:
    """Local maxima of a curve on a grid, its ends included; a flat top counts once. Defined here.

    Parameters
    ----------
    heights : Tensor
        (time,).

    Raises
    ------
    ValueError
        For NaN, or a curve without points.
    """
    if len(heights) == 0:
        raise ValueError("heights must hold at least one point, got none")
    steps = torch.cat([heights.new_ones(1), heights.diff(), -heights.new_ones(1)]).sign()
    steps = steps[steps != 0]
    return int(((steps[:-1] > 0) & (steps[1:] < 0)).sum())
