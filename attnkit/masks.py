"""Which keys may be attended: what every map from scores to weights says of its mask."""

import torch
from jaxtyping import Bool
from torch import Tensor

from attnkit.validate import require_finite

__all__ = ["Mask", "require_dimension", "require_finite_where_attended", "require_mask"]

Mask = Bool[Tensor, "..."]


def require_dimension(dim: int, scores: Tensor) -> int:
    """The dimension counted from the front; ValueError unless the scores have it."""
    n_dims = max(scores.ndim, 1)
    if not -n_dims <= dim < n_dims:
        raise ValueError(f"dim must be in [{-n_dims}, {n_dims - 1}] for these scores, got {dim}")
    return dim % n_dims


def require_mask(mask: Tensor, shape: torch.Size, of: str) -> Tensor:
    """The mask; ValueError unless it broadcasts to the shape of what is named."""
    sizes = zip(reversed(mask.shape), reversed(shape), strict=False)
    if mask.ndim > len(shape) or any(m not in (1, s) for m, s in sizes):
        raise ValueError(
            f"mask must broadcast to the shape {tuple(shape)} of {of}, got {tuple(mask.shape)}"
        )
    return mask


def require_finite_where_attended(name: str, rows: Tensor, attended: Tensor | None) -> Tensor:
    """Rows (..., row, feature) with zeros where none is attended; ValueError for NaN elsewhere."""
    if attended is not None:
        rows = rows.masked_fill(~attended.unsqueeze(-1), 0.0)
    require_finite(name, rows)
    return rows
