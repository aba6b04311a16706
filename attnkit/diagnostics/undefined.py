"""Why a diagnostic is NaN, in a sentence."""

import torch
from torch import Tensor

from attnkit.arguments import checked
from attnkit.diagnostics.rows import SUM_TOLERANCE, Weights, prepare

__all__ = ["undefined"]


@checked
def undefined(weights: Weights, dim: int = -1) -> str:
    """Say which rows have no shares, and why; an empty string where every row is a density.

    Parameters
    ----------
    weights : Tensor
        (..., key, ...), floating point, the keys along `dim`.
    dim : int
        Where the keys lie.

    Returns
    -------
    str
        A sentence for a person, such as "3 of 64 rows are no density: 1 with a NaN, 2 of zeros
        (fully masked)". A row is counted once, under the first reason that holds.

    Raises
    ------
    TypeError, ValueError
        For weights that are not floating point, and a dimension that they do not have.

    Notes
    -----
    Which sums count as one is defined here: see `SUM_TOLERANCE`.
    """
    rows = prepare(weights, dim).detach().movedim(dim, -1)
    total = rows.sum(-1)
    left, parts = torch.ones_like(total, dtype=torch.bool), []
    for reason, holds in (
        ("with a NaN", rows.isnan().any(-1)),
        ("with a negative weight", (rows < 0).any(-1)),
        ("of zeros (fully masked)", (rows == 0).all(-1)),
        ("that sum to {}", ~((total - 1).abs() <= SUM_TOLERANCE)),
    ):
        here, left = left & holds, left & ~holds
        if here.any():
            parts.append(f"{int(here.sum())} {reason.format(_reach(total[here]))}")
    count = f"{int((~left).sum())} of {left.numel()} rows are no density"
    return f"{count}: {', '.join(parts)}" if parts else ""


def _reach(sums: Tensor) -> str:
    low, high = sums.min().item(), sums.max().item()
    return f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
