"""How many keys each query sees, and its scores times a scale that may depend on it."""

import math
from collections.abc import Callable
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range
from attnkit.masks import Mask, require_dimension, require_mask
from attnkit.validate import is_traced, require_finite

__all__ = [
    "Scale",
    "require_scale",
    "scaled_scores",
    "scaled_softmax",
    "visible_by_mask",
    "visible_keys",
]

Scale = Annotated[float, Range(-1e6, 1e6)] | Annotated[Float[Tensor, "..."], Range(-1e6, 1e6)]
"""A number, or a tensor that broadcasts to the scores with size 1 along the keys."""

ScaleOf = Callable[[Tensor], float | Tensor]
"""From the number of visible keys, shaped like the scores with size 1 along the keys, to a scale.
A row that sees none counts as one with a single key, so that a logarithm is always finite."""

_HUGE = 1e30  # below it float32 holds a score times any `Scale` and the logarithm of any length


def require_scale(
    name: str, scale: float | Tensor, scores: Tensor, dim: int = -1
) -> float | Tensor:
    """The scale; ValueError unless it broadcasts to the scores with size 1 along the keys."""
    if not isinstance(scale, Tensor) or scale.ndim == 0:
        return scale
    dim = require_dimension(dim, scores)
    wanted = [1 if d == dim else size for d, size in enumerate(scores.shape)]
    sizes = zip(reversed(scale.shape), reversed(wanted), strict=False)
    if scale.ndim > len(wanted) or any(s not in (1, w) for s, w in sizes):
        raise ValueError(
            f"{name} must broadcast to the shape {tuple(wanted)}, one for each row of scores, "
            f"got {tuple(scale.shape)}"
        )
    return scale


def visible_keys(scores: Tensor, mask: Mask | None = None, dim: int = -1) -> Tensor:
    """The keys each row may attend, not masked and with a score above -inf: size 1 along `dim`."""
    return _count(scores, _seen(scores, mask), dim)


def visible_by_mask(queries: Tensor, keys: Tensor, mask: Mask | None = None) -> Tensor:
    """The keys that each query may attend by its mask alone, (..., query, 1): nothing is scored.

    A product of finite queries and keys is never -inf, so that this is `visible_keys` of it.
    """
    scores = queries.new_zeros(()).expand(*queries.shape[:-1], keys.shape[-2])
    if mask is not None:
        mask = require_mask(mask, scores.shape, "queries and keys")
    return _count(scores, mask, -1).expand(*queries.shape[:-1], 1)


def scaled_scores(
    scores: Tensor, scale_of: ScaleOf, mask: Mask | None = None, dim: int = -1
) -> Tensor:
    """`scale_of(n)` times the scores, up to a constant in each row; -inf where no key is seen.

    In at least float32. No product overflows: where scores are huge, the best of their row is
    subtracted first. ValueError for NaN or +inf where a key is seen.
    """
    return _scale(scores, scale_of, mask, require_dimension(dim, scores))[0]


def scaled_softmax(
    scores: Tensor, scale_of: ScaleOf, mask: Mask | None = None, dim: int = -1
) -> Tensor:
    """Softmax of `scale_of(n)` times the scores, in their dtype; zeros where no key is seen."""
    if scores.numel() == 0:
        return scores.clone()
    logits, n_keys = _scale(scores, scale_of, mask, require_dimension(dim, scores))
    empty = n_keys == 0
    if is_traced(empty) or bool(empty.any()):
        weights = logits.masked_fill(empty, 0.0).softmax(dim).masked_fill(empty, 0.0)
    else:
        weights = logits.softmax(dim)
    return weights.to(scores.dtype)


def _scale(scores: Tensor, scale_of: ScaleOf, mask: Mask | None, dim: int) -> tuple[Tensor, Tensor]:
    """The scaled scores, and the visible keys of each row."""
    rows = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if mask is not None:
        mask = require_mask(mask, scores.shape, "scores")
    if _plain(rows):
        seen = mask
    else:
        seen = _seen(rows, mask)
        rows = _below_best(rows, seen, dim)
    n_keys = _count(rows, seen, dim)
    scaled = scale_of(n_keys.clamp_min(1)) * rows
    return (scaled if seen is None else scaled.masked_fill(~seen, -math.inf)), n_keys


def _plain(rows: Tensor) -> bool:
    """Whether every score is known to be finite and far from overflow: then a pass suffices."""
    if is_traced(rows) or rows.numel() == 0:
        return False
    low, high = rows.detach().aminmax()
    return bool((low > -_HUGE) & (high < _HUGE))


def _below_best(rows: Tensor, seen: Tensor, dim: int) -> Tensor:
    """How far each score is from its row's best; zero where no key is seen."""
    if rows.numel() == 0:
        return rows
    best = rows.detach().masked_fill(~seen, -math.inf).amax(dim, keepdim=True)
    require_finite("scores", best, allow_minus_inf=True)
    return (rows - best).masked_fill(~seen, 0.0)


def _seen(scores: Tensor, mask: Mask | None) -> Tensor:
    # A NaN is no -inf: it counts, so that it is refused or stays in its row.
    seen = scores.detach() != -math.inf
    return seen if mask is None else seen & require_mask(mask, scores.shape, "scores")


def _count(scores: Tensor, seen: Tensor | None, dim: int) -> Tensor:
    dtype = torch.promote_types(scores.dtype, torch.float32)
    n_keys = scores.shape[dim] if scores.ndim else 1
    if seen is None:
        shape = [1 if d == dim % scores.ndim else size for d, size in enumerate(scores.shape)]
        return torch.full(shape, n_keys, dtype=dtype, device=scores.device)
    seen = seen[(None,) * (scores.ndim - seen.ndim)]
    counts = seen.sum(dim, keepdim=True).to(dtype)
    alike = scores.ndim > 0 and seen.shape[dim] == 1
    return counts * n_keys if alike else counts
