"""Which keys may be attended: what every map from scores to weights says of its mask."""

import math
from typing import Annotated

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.validate import is_traced, require_finite

__all__ = [
    "Mask",
    "count_attended",
    "length_mask",
    "require_dimension",
    "require_finite_where_attended",
    "require_mask",
]

Mask = Bool[Tensor, "..."]


@checked
def length_mask(
    lengths: Annotated[Int[Tensor, "*batch"], Range(0)], n_tokens: Annotated[int, Range(0, 2**30)]
) -> Bool[Tensor, "*batch n_tokens"]:
    r"""Return which tokens of sequences padded at their end count: the first of each, as many.

    .. math:: m_t = [\, t < \ell \,], \qquad t = 0, \dots, n - 1

    Parameters
    ----------
    lengths : Int[Tensor, "*batch"]
        How many tokens each sequence has, from 0 to `n_tokens`.
    n_tokens : int
        The length that all are padded to.

    Returns
    -------
    mask
        (..., time), true where a token counts; sequences padded at their beginning take its
        ``flip(-1)``.

    Raises
    ------
    ValueError, TypeError
        A length below 0 or above `n_tokens`; lengths that are no tensor of integers.

    References
    ----------
    Defined here.
    """
    if not is_traced(lengths) and lengths.numel() and int(lengths.max()) > n_tokens:
        raise ValueError(f"lengths must be at most n_tokens = {n_tokens}, got {int(lengths.max())}")
    return torch.arange(n_tokens, device=lengths.device) < lengths[..., None]


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
            + _spread(mask, shape)
        )
    return mask


def _spread(mask: Tensor, shape: torch.Size) -> str:
    """How a mask of the first dimensions and the last becomes one of all, if it is such a one."""
    between = len(shape) - mask.ndim
    first, last = mask.shape[:-1], mask.shape[-1:]
    if between <= 0 or not first or (*first, *last) != (*shape[: len(first)], *shape[-1:]):
        return ""
    places = [":"] * len(first) + ["None"] * between + [":"]
    return f"; mask[{', '.join(places)}] would"


def require_finite_where_attended(name: str, rows: Tensor, attended: Tensor | None) -> Tensor:
    """Rows (..., row, feature) with zeros where none is attended; ValueError for NaN elsewhere."""
    if attended is not None:
        rows = rows.masked_fill(~attended.unsqueeze(-1), 0.0)
    require_finite(name, rows)
    return rows


def attended_keys(scores: Tensor, mask: Mask | None) -> Tensor | None:
    """Which keys may be attended: not masked, and of a score other than -inf.

    None where it can be seen that all may, so that nothing has to be left out.
    """
    scores = scores.detach()
    seen_through = mask is None and not is_traced(scores) and scores.numel() > 0
    if seen_through and bool(scores.amin() > -math.inf):
        return None
    seen = scores != -math.inf
    return seen if mask is None else seen & require_mask(mask, scores.shape, "scores")


def count_attended(rows: Tensor, dim: int) -> Tensor:
    """How many scores other than -inf each row has, and 1 where none: size 1 along `dim`.

    Where it can be seen that none is -inf, nothing has to be counted.
    """
    rows = rows.detach()
    if not is_traced(rows) and rows.numel() > 0:
        lowest = rows.amin(dim, keepdim=True)
        if bool((lowest > -math.inf).all()):
            return torch.full_like(lowest, rows.shape[dim] if rows.ndim else 1)
    return (rows != -math.inf).sum(dim, keepdim=True).clamp_min(1).to(rows.dtype)
