"""What a block of keys can score at most, from the lowest and highest entry of its keys alone."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import checked
from attnkit.masks import require_finite_where_attended
from attnkit.precision import outside_autocast
from attnkit.selection.shared.blocks import Size, in_blocks

__all__ = ["block_bounds"]


@checked
@outside_autocast
def block_bounds(
    queries: Float[Tensor, "*batch query d_key"],
    keys: Float[Tensor, "*batch key d_key"],
    *,
    size: Size,
    mask: Bool[Tensor, "*#batch key"] | None = None,
) -> Float[Tensor, "*batch query block"]:
    r"""Return a score that no key of a block exceeds, for each query and block.

    .. math::
        u_b = \frac{1}{\sqrt d} \sum_c \max(q_c \min_{j \in b} k_{jc}, q_c \max_{j \in b} k_{jc})
        \ge \max_{j \in b} \frac{q \cdot k_j}{\sqrt d}

    Two vectors are kept of a block, whatever its size. What rounding may take from either side is
    added, so that the inequality holds for the numbers that a machine computes.

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, d_key) and (..., key, d_key).
    size : int
        Keys in a block; the last block may be shorter.
    mask : Tensor or None
        (..., key), true where a key counts.

    Returns
    -------
    Tensor
        (..., query, block) in at least float32; -inf for a block in which no key counts.

    Raises
    ------
    ValueError, TypeError
        A size below one; shapes that do not fit; NaN or an infinity where a key counts.

    References
    ----------
    Tang et al. 2024, "Quest", which ranks pages so; the rounding is ours.
    """
    dtype = torch.promote_types(queries.dtype, torch.float32)
    queries = require_finite_where_attended("queries", queries, None).to(dtype)
    counts = torch.ones(keys.shape[-2], dtype=torch.bool, device=keys.device)
    counts = counts if mask is None else mask.expand(keys.shape[:-1])
    keys = require_finite_where_attended("keys", keys, counts).to(dtype)
    there = in_blocks(counts, size, dim=-1)
    cut, hidden = in_blocks(keys, size, dim=-2), ~there[..., None]
    none = hidden.all(-2)
    low = cut.masked_fill(hidden, torch.inf).amin(-2).masked_fill(none, 0.0)
    high = cut.masked_fill(hidden, -torch.inf).amax(-2).masked_fill(none, 0.0)
    return _highest(queries, low, high).masked_fill(none.mT, -torch.inf)


def _highest(queries: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """The bound (..., query, block), with what the sums here and of the scores may lose."""
    width = max(queries.shape[-1], 1)
    sums = queries.clamp(min=0) @ high.mT + queries.clamp(max=0) @ low.mT
    sizes = queries.abs() @ torch.maximum(low.abs(), high.abs()).mT
    lost = 4 * (width + 2) * torch.finfo(queries.dtype).eps
    return (sums + lost * sizes) * width**-0.5
