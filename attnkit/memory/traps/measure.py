"""What every trap is measured with: its severities, its random sequences, its error."""

from collections.abc import Callable
from typing import Annotated

import torch
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.precision import outside_autocast

__all__ = [
    "Errors",
    "Length",
    "Nats",
    "Size",
    "normal",
    "relative",
    "require_below",
    "require_power_of_two",
    "trap",
    "unit",
]

Errors = dict[str, float]
Size = Annotated[int, Range(2, 512)]
Length = Annotated[int, Range(1, 65536)]
Nats = Annotated[float, Range(0.0, 1e6)]


def trap(measure: Callable[..., Errors]) -> Callable[..., Errors]:
    """Check the severity, and measure in the precision that is spoken of, autocast or not."""
    return checked(outside_autocast(measure))


def normal(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> Tensor:
    """Standard normals of this seed."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


def unit(*shape: int, seed: int = 0) -> Tensor:
    """Directions of length one of this seed."""
    return torch.nn.functional.normalize(normal(*shape, seed=seed), dim=-1)


def require_power_of_two(size: int) -> None:
    """Refuse a chunk that cannot be halved."""
    if size & (size - 1):
        raise ValueError(f"size must be a power of two, got {size}")


def require_below(name: str, value: int, end: int) -> None:
    """Refuse a place behind the end."""
    if value >= end:
        raise ValueError(f"{name} must be below {end}, got {value}")


def relative(got: Tensor, wanted: Tensor) -> float:
    """Distance over size, in double precision."""
    return float((got.double() - wanted.double()).norm() / wanted.double().norm())
