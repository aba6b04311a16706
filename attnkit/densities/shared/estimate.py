"""What every quadrature returns, and how values at nodes become one."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = [
    "Estimate",
    "Function",
    "align",
    "estimate",
    "largest_of",
    "most",
    "positive",
    "values_at",
    "weighted",
]

Function = Callable[[Tensor], Tensor]


class Estimate(NamedTuple):
    """A value by quadrature, about how wrong it is, and the mass of the density that was looked at.

    Parameters
    ----------
    value : Tensor
        ``(..., *feature)``.
    error : Tensor
        Its change when the nodes were doubled, an estimate and no bound, ``(..., *feature)``.
    mass : Tensor
        By the finer rule, (...).
    """

    value: Tensor
    error: Tensor
    mass: Tensor


def values_at(function: Function, points: Tensor, shape: torch.Size) -> Tensor:
    """The function's values; ValueError unless their shape starts with `shape`."""
    values = function(points)
    if not isinstance(values, Tensor):
        raise TypeError(
            f"function must return a torch.Tensor (*batch, node, *feature), got "
            f"{type(values).__name__}"
        )
    if values.shape[: len(shape)] != shape:
        raise ValueError(
            f"function must return (*batch, node, *feature) with leading shape "
            f"{tuple(shape)}, got {tuple(values.shape)}"
        )
    return values


def weighted(weights: Float[Tensor, "*batch node"], values: Tensor) -> Tensor:
    """Sum over the nodes, which are the last axis of `weights` and may have features behind."""
    return (align(weights, values) * values).sum(weights.ndim - 1)


def largest_of(values: Tensor) -> Float[Tensor, ""]:
    """The largest absolute value; zero of none."""
    return values.abs().max() if values.numel() else values.new_zeros(())


def most(counts: Tensor) -> int:
    """The largest count; one of none, so that an empty batch keeps its axes."""
    return int(counts.max()) if counts.numel() else 1


def positive(mass: Tensor) -> Tensor:
    """The mass, or one where there is none, to divide by."""
    return torch.where(mass > 0, mass, 1.0)


def estimate(coarse: Tensor, fine: Tensor, mass: Tensor, dtype: torch.dtype) -> Estimate:
    """Both results as an Estimate in the wanted dtype."""
    return Estimate(*(part.to(dtype) for part in (fine, (fine - coarse).abs().detach(), mass)))


def align(weights: Tensor, values: Tensor) -> Tensor:
    """The weights with axes of length one for the features of the values."""
    return weights.reshape(weights.shape + (1,) * (values.ndim - weights.ndim))
