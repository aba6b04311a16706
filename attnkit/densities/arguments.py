"""Checks of the arguments that the finite densities share; shapes and numbers also when traced."""

import math

import torch
from torch import Tensor

from attnkit.validate import (
    require_finite,
    require_floating,
    require_number,
    require_positive,
    require_shape,
)

__all__ = ["require_dimension", "require_mask", "require_matching", "require_order"]


def require_dimension(dim: int, scores: Tensor) -> int:
    n_dims = max(scores.ndim, 1)
    if not -n_dims <= dim < n_dims:
        raise ValueError(f"dim must be in [{-n_dims}, {n_dims - 1}] for these scores, got {dim}")
    return dim % n_dims


def require_order(alpha: float | Tensor, scores: Tensor, dim: int) -> float | Tensor:
    """Alpha as a float, or as a tensor with as many dimensions as the scores."""
    if not isinstance(alpha, Tensor):
        require_number("alpha", alpha, low=1.0)
        if alpha == math.inf:
            raise ValueError("alpha must be finite, got inf")
        return float(alpha)
    require_floating("alpha", alpha)
    n_dims = max(scores.ndim, 1)
    shape = (1,) * (n_dims - alpha.ndim) + tuple(alpha.shape)
    wanted = tuple(1 if d == dim else size for d, size in enumerate(scores.shape or (1,)))
    fits = len(shape) == n_dims and all(s in (1, w) for s, w in zip(shape, wanted, strict=True))
    if not fits:
        raise ValueError(f"alpha must broadcast to shape {wanted}, got {tuple(alpha.shape)}")
    require_finite("alpha", alpha)
    require_positive("alpha", alpha, low=1.0)
    return alpha.reshape(shape)


def require_mask(mask: Tensor, scores: Tensor) -> Tensor:
    if not isinstance(mask, Tensor) or mask.dtype != torch.bool:
        got = mask.dtype if isinstance(mask, Tensor) else type(mask).__name__
        raise TypeError(f"mask must be a boolean tensor, got {got}")
    sizes = zip(reversed(mask.shape), reversed(scores.shape), strict=False)
    if mask.ndim > scores.ndim or any(m not in (1, s) for m, s in sizes):
        raise ValueError(
            f"mask must broadcast to the scores' shape {tuple(scores.shape)}, "
            f"got shape {tuple(mask.shape)}"
        )
    return mask


def require_matching(queries: Tensor, keys: Tensor, values: Tensor) -> None:
    """Refuse what matmul would broadcast or report without the arguments' names."""
    for name, tensor in (("queries", queries), ("keys", keys), ("values", values)):
        require_floating(name, tensor)
        require_finite(name, tensor)
        if tensor.dtype != queries.dtype:
            raise TypeError(f"{name} must be {queries.dtype} as the queries, got {tensor.dtype}")
        if tensor.ndim < 2 or tensor.shape[:-2] != queries.shape[:-2]:
            wanted = tuple(queries.shape[:-2])
            raise ValueError(
                f"{name} must have shape (..., time, feature) with leading sizes {wanted}, "
                f"got {tuple(tensor.shape)}"
            )
    require_shape("keys", keys, (None, queries.shape[-1]))
    require_shape("values", values, (keys.shape[-2], None))
