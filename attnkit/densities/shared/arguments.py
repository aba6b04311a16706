"""What the arguments of the densities are: annotations for `checked`, and what they cannot say."""

import math
from collections.abc import Sequence
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range

__all__ = [
    "MOST_NODES",
    "AlphaPerRow",
    "Domain",
    "EntmaxAlpha",
    "KernelAlpha",
    "Tolerance",
    "WholeNumber",
    "require_alpha",
    "require_broadcast",
    "require_domain",
]

MOST_NODES = 4096
"""Nodes, panels or repetitions that may be asked for: more would take memory, not give digits."""

_LARGEST_ALPHA = 1e6  # beyond it the density is uniform to float32
AlphaPerRow = (
    Annotated[float, Range(1.0, _LARGEST_ALPHA)]
    | Annotated[Float[Tensor, "*#batch"], Range(1.0, _LARGEST_ALPHA)]
)
_Positive = Range(0.0, open=True)
EntmaxAlpha = Annotated[float, _Positive] | Annotated[Float[Tensor, "..."], _Positive]
KernelAlpha = Annotated[float, Range(1.0, 2.0)] | Annotated[Float[Tensor, "..."], Range(1.0, 2.0)]
WholeNumber = Annotated[int, Range(1, MOST_NODES)]
Tolerance = Annotated[float, Range(0.0)]
Domain = Sequence[float]


def require_alpha(alpha: float | Tensor, scores: Tensor, dim: int) -> float | Tensor:
    """Alpha as a float, or as a tensor with as many dimensions as the scores and size 1 at dim."""
    if not isinstance(alpha, Tensor):
        # Compiled code passes the boundary unlooked at, and a number costs nothing to look at.
        if not 0 < alpha < math.inf:
            raise ValueError(f"alpha must be in (0, inf), got {alpha}")
        return float(alpha)
    n_dims = max(scores.ndim, 1)
    shape = (1,) * (n_dims - alpha.ndim) + tuple(alpha.shape)
    wanted = tuple(1 if d == dim else size for d, size in enumerate(scores.shape or (1,)))
    fits = len(shape) == n_dims and all(s in (1, w) for s, w in zip(shape, wanted, strict=True))
    if not fits:
        raise ValueError(f"alpha must broadcast to shape {wanted}, got {tuple(alpha.shape)}")
    return alpha.reshape(shape)


def require_broadcast(name: str, got: torch.Size, of: str, wanted: torch.Size) -> torch.Size:
    """The common shape of leading dimensions; ValueError where there is none."""
    try:
        return torch.broadcast_shapes(got, wanted)
    except RuntimeError as error:
        raise ValueError(
            f"{name} must have leading dimensions that broadcast with {tuple(wanted)} of {of}, "
            f"got {tuple(got)}"
        ) from error


def require_domain(name: str, domain: object, *, bounded: bool = False) -> tuple[float, float]:
    """Two numbers as floats; ValueError unless the first is less, and both finite if `bounded`."""
    pair = isinstance(domain, tuple | list) and len(domain) == 2
    numbers = pair and all(
        isinstance(end, int | float) and not isinstance(end, bool) for end in domain
    )
    low, high = (float(domain[0]), float(domain[1])) if numbers else (math.nan, math.nan)
    fits = low < high and (not bounded or max(abs(low), abs(high)) < math.inf)
    if not fits:
        ends = "finite numbers" if bounded else "numbers"
        raise ValueError(f"{name} must be {ends} (low, high) with low < high, got {domain!r}")
    return low, high
